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
    final long maxOutput;
    long reservedAt;
    long claimedAt;
    State state = State.RESERVED;
    long granted;
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

    Hold(ReserveRequest request, Price price, int tokensPerSecond, long maxOutput, long reservedAt) {
        this.request = request;
        this.price = price;
        this.tokensPerSecond = tokensPerSecond;
        this.maxOutput = maxOutput;
        this.reservedAt = reservedAt;
    }

    boolean holds() {
        return state == State.RESERVED || state == State.OPEN;
    }

    /**
     * What the hold has to be worth to cover what was used and {@code leaseTokens} more of output, within the limit of
     * tokens.
     */
    long target(long leaseTokens) {
        long more = Math.max(0, Math.min(leaseTokens, maxOutput - totals.output()));
        long input = Math.max(totals.input(), request.promptTokens());
        return price.chargeMicro(
                new Totals(input, totals.cached(), totals.cacheWrite(), totals.output() + more, totals.reasoning()));
    }

    /** The lease of output at the pace seen so far (over 5 s at least), where that beats the configured one. */
    long leaseTokensAtPace(long leaseTokens, long leaseSeconds, long now) {
        double running = Math.max(5, (now - claimedAt) / 1000.0);
        return Math.max(leaseTokens, (long) Math.ceil(totals.output() * leaseSeconds / running));
    }

    SettleReply stored(long availableMicro, boolean late) {
        EndReason stands = reason;
        if (stands == null) {
            throw new IllegalStateException("not settled");
        }
        return new SettleReply(charge + lateCharge, receivable + lateReceivable, availableMicro, stands, late);
    }
}
