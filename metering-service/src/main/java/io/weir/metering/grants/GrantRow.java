package io.weir.metering.grants;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A grant as read; it is written by the ledger's own function, with its entries. */
@Entity
@Immutable
@Table(name = "credit_grant")
@SuppressWarnings("NullAway.Init") // filled by Hibernate
class GrantRow {
    @Id
    UUID id;

    @Column(name = "account_id")
    String account;

    long amount;
    String kind;

    @Nullable
    String note;

    String createdBy;
    OffsetDateTime createdAt;
}
