package io.weir.streams.life;

import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import org.jspecify.annotations.Nullable;

/** One row of the hold table. */
final class Hold {
    enum State {
        RESERVED,
        OPEN,
        SETTLED,
        RELEASED
    }

    final ReserveRequest request;
    final Price price;
    final int tokensPerSecond;
    final long reservedAt;
    State state = State.RESERVED;
    long granted;
    boolean last;
    long epoch;

    @Nullable
    String gateway; // nobody has claimed it

    @Nullable
    String incarnation; // nobody has claimed it

    @Nullable
    String address; // nobody has claimed it

    boolean cancelled;
    Totals totals = Totals.ZERO;

    @Nullable
    UsageSource source; // not settled

    @Nullable
    EndReason reason; // not settled

    long settledEpoch;
    long lostEpoch;
    long charge;
    long receivable;
    boolean lateTaken;

    @Nullable
    Totals lateTotals; // no late correction

    long lateCharge;
    long lateReceivable;

    Hold(ReserveRequest request, Price price, int tokensPerSecond, long reservedAt) {
        this.request = request;
        this.price = price;
        this.tokensPerSecond = tokensPerSecond;
        this.reservedAt = reservedAt;
    }

    boolean holds() {
        return state == State.RESERVED || state == State.OPEN;
    }

    /** The charge of {@code totals} and one lease of output more. */
    long wanted(long promptTokens, long outputTokens, long leaseTokens, @Nullable Long limit) {
        long output = Math.addExact(outputTokens, leaseTokens);
        return price.chargeMicro(Totals.counted(promptTokens, limit == null ? output : Math.min(limit, output)));
    }

    SettleReply stored(long availableMicro, boolean late) {
        EndReason stands = reason;
        if (stands == null) {
            throw new IllegalStateException("not settled");
        }
        return new SettleReply(charge + lateCharge, receivable + lateReceivable, availableMicro, stands, late);
    }
}
