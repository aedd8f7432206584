package io.weir.contracts.holds;

import io.weir.contracts.id.AccountId;

/**
 * Answer of {@code GET /v1/accounts/{id}}.
 *
 * @param account whose
 * @param balanceMicro credits owned, held ones included
 * @param heldMicro part of the balance held for open streams
 * @param availableMicro {@code balance - held}
 * @param openStreams number of RESERVED and OPEN holds
 */
public record AccountView(
        AccountId account,
        @Micro long balanceMicro,
        @Micro long heldMicro,
        @Micro long availableMicro,
        int openStreams) {}
