package io.weir.metering.grants;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.holds.Micro;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One grant, as listed.
 *
 * @param grantId the grant
 * @param amountMicro how much
 * @param kind {@code purchased} or {@code promotional}
 * @param note free text, if any
 * @param grantedBy who gave it
 * @param grantedAt when
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GrantView(
        UUID grantId,
        @Micro long amountMicro,
        String kind,
        @Nullable String note,
        String grantedBy,
        OffsetDateTime grantedAt) {
    static GrantView from(GrantRow row) {
        return new GrantView(row.id, row.amount, row.kind, row.note, row.createdBy, row.createdAt);
    }
}
