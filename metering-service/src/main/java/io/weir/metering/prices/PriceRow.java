package io.weir.metering.prices;

import io.weir.contracts.holds.Price;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.OffsetDateTime;
import org.hibernate.annotations.Immutable;

/** One version in the price book. */
@Entity
@Immutable
@Table(name = "price")
@IdClass(PriceRow.Key.class)
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class PriceRow {
    @Id
    String name;

    @Id
    int version;

    long inputNano;
    long cachedNano;
    long cacheWriteNano;
    long outputNano;
    long reasoningNano;
    long requestMicro;
    OffsetDateTime createdAt;
    String createdBy;

    Price price() {
        return new Price(version, inputNano, cachedNano, cacheWriteNano, outputNano, reasoningNano, requestMicro);
    }

    /**
     * Primary key.
     *
     * @param name name in the price book
     * @param version from 1
     */
    record Key(String name, int version) implements Serializable {}
}
