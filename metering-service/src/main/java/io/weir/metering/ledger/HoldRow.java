package io.weir.metering.ledger;

import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A hold as read. */
@Entity
@Immutable
@Table(name = "hold")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class HoldRow {
    @Id
    UUID streamId;

    @Column(name = "account_id")
    String account;

    String session;
    String agent;
    String priceName;
    int priceVersion;
    String state;
    boolean cancelled;

    @Embedded
    TotalsColumns tokens;

    OffsetDateTime createdAt;

    @Nullable
    OffsetDateTime claimedAt;
}
