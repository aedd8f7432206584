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

/** A late correction as read. */
@Entity
@Immutable
@Table(name = "late_correction")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class LateCorrectionRow {
    @Id
    UUID streamId;

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

    @Nullable
    OffsetDateTime firstTokenAt;
}
