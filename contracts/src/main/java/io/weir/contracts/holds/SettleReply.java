package io.weir.contracts.holds;

import io.weir.contracts.stream.EndReason;

/**
 * What a settled stream cost.
 *
 * @param chargeMicro taken from the balance
 * @param receivableMicro used, but not payable by the account at settle time
 * @param availableMicro what the account has left beside its holds
 * @param reason the reason that stands; another one than sent if the hold was settled before
 * @param late true: this settle was taken as the one late correction after a sweep or fence
 */
public record SettleReply(
        @Micro long chargeMicro,
        @Micro long receivableMicro,
        @Micro long availableMicro,
        EndReason reason,
        boolean late) {}
