package io.weir.streams.life;

import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.SettleReply;

/** What metering answers; every expected outcome is a value. */
public sealed interface HoldAnswer {
    /** Answer to a reserve. */
    sealed interface Reserve extends HoldAnswer {
        /** 201: credits are held. */
        record Held(ReserveReply reply) implements Reserve {}

        /** 200: the stream id or the idempotency key stands for this stream already. */
        record Known(ReserveReply reply) implements Reserve {}

        /** 409: the stream id is taken: another account's, or released already. */
        record StreamExists() implements Reserve {}

        /** 409: the key was used with another body. */
        record KeyReused() implements Reserve {}

        /** 429: the account has as many open streams as it may. */
        record TooManyOpen(int open) implements Reserve {}

        /** 402: less than the minimum is available, or not even the prompt and one token could be paid. */
        record NotEnoughCredit(long availableMicro) implements Reserve {}
    }

    /** Answer to a claim. */
    sealed interface Claim extends HoldAnswer {
        /** 200: won or lost. */
        record Answered(ClaimReply reply) implements Claim {}
    }

    /** Answer to a settle. */
    sealed interface Settle extends HoldAnswer {
        /** 200: settled now, before, or corrected late. */
        record Settled(SettleReply reply) implements Settle {}

        /** 409: settled under the same epoch with other totals. */
        record Differs(SettleReply stored) implements Settle {}
    }

    /** Answer to a release. */
    sealed interface Release extends HoldAnswer {
        /** 204: nothing is held, now or already. */
        record Released() implements Release {}
    }

    /** Answer to a fence. */
    sealed interface Fence extends HoldAnswer {
        /** 200: settled, here is how. */
        record Fenced(FenceReply reply) implements Fence {}

        /** 409: the owner's lease still runs. */
        record LeaseRuns(FenceRefusal refusal) implements Fence {}
    }

    /** Answer to a cancel. */
    sealed interface Cancel extends HoldAnswer {
        /** 200: stored, or too late. */
        record Answered(CancelReply reply) implements Cancel {}
    }

    /** 404: no such hold, or another account's. */
    record Unknown() implements Claim, Settle, Release, Fence, Cancel {}

    /** 409: the hold is not in a state that allows this. */
    record WrongState(String state) implements Claim, Settle, Release {}
}
