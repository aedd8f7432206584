package io.weir.metering.ledger;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One leg of the ledger, as read. */
@Entity
@Immutable
@Table(name = "entry")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class EntryRow {
    @Id
    Long id;

    @Nullable
    UUID streamId;

    @Nullable
    UUID grantId;

    String leg;
    String account;
    long amount;
    OffsetDateTime bookedAt;
}
