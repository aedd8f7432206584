package io.weir.contracts.holds;

import io.weir.contracts.id.AccountId;
import java.time.Instant;
import java.util.UUID;

/**
 * Answer to a grant: 201 for a new one, 200 for the one that the idempotency key already stands for.
 *
 * @param grantId the grant
 * @param account whose
 * @param amountMicro how much was granted
 * @param balanceMicro credits owned now, held ones included
 * @param availableMicro {@code balance - held}
 * @param grantedAt when
 */
public record GrantReply(
        UUID grantId,
        AccountId account,
        @Micro long amountMicro,
        @Micro long balanceMicro,
        @Micro long availableMicro,
        Instant grantedAt) {}
