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

/** A settlement as read. */
@Entity
@Immutable
@Table(name = "settlement")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class SettlementRow {
    @Id
    UUID streamId;

    String reason;
    String usageSource;

    @Embedded
    TotalsColumns tokens;

    long charge;
    long receivable;

    @Nullable
    String model;

    @Column(name = "text_sha256")
    @Nullable
    String textSha256;

    OffsetDateTime startedAt;

    @Nullable
    OffsetDateTime firstTokenAt;

    OffsetDateTime endedAt;
}
