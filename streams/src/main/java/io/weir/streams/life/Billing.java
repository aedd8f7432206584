package io.weir.streams.life;

import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;

/** How a hold is charged: once, by its owner or in its owner's place, and then corrected at most once. */
final class Billing {
    private final Ledger ledger;
    private final GrantBook grants;

    Billing(Ledger ledger, GrantBook grants) {
        this.ledger = ledger;
        this.grants = grants;
    }

    /** The owner's final totals, once; the owner that lost the stream gets one late correction. */
    HoldAnswer.Settle settle(StreamId stream, Hold hold, SettleRequest request) {
        return switch (hold.state) {
            case RESERVED, RELEASED -> new HoldAnswer.WrongState(hold.state.name());
            case OPEN -> {
                if (request.epoch() != hold.epoch) {
                    yield new HoldAnswer.WrongState(hold.state.name());
                }
                hold.settledEpoch = hold.epoch;
                settle(stream, hold, request.totals(), request.usageSource(), request.reason());
                yield new HoldAnswer.Settle.Settled(hold.stored(available(hold), false));
            }
            case SETTLED -> settleAgain(stream, hold, request);
        };
    }

    private HoldAnswer.Settle settleAgain(StreamId stream, Hold hold, SettleRequest request) {
        if (hold.lostEpoch == request.epoch() && hold.lostEpoch > 0 && !hold.lateTaken) {
            correct(stream, hold, request.totals());
        }
        boolean late = hold.lateTaken && hold.lostEpoch == request.epoch();
        boolean differs = hold.settledEpoch == request.epoch() && !hold.totals.equals(request.totals());
        return differs
                ? new HoldAnswer.Settle.Differs(hold.stored(available(hold), false))
                : new HoldAnswer.Settle.Settled(hold.stored(available(hold), late));
    }

    /** Charges {@code LEAST(price(totals), granted + balance − held)}; the rest is receivable. */
    private void settle(StreamId stream, Hold hold, Totals totals, UsageSource source, EndReason reason) {
        Ledger.Account account = ledger.account(hold.request.account());
        long price = hold.price.chargeMicro(totals);
        hold.state = Hold.State.SETTLED;
        hold.totals = totals;
        hold.source = source;
        hold.reason = reason;
        hold.charge = Math.min(price, hold.granted + account.available());
        hold.receivable = price - hold.charge;
        account.held -= hold.granted;
        ledger.charge(stream, hold.request.account(), Ledger.FINAL, hold.charge, hold.receivable);
        grants.charged(stream, hold.request.account(), hold.charge);
    }

    private void correct(StreamId stream, Hold hold, Totals totals) {
        long more = Math.max(0, hold.price.chargeMicro(totals) - hold.charge - hold.receivable);
        hold.lateTaken = true;
        hold.lateTotals = totals;
        hold.lateCharge = Math.min(more, available(hold));
        hold.lateReceivable = more - hold.lateCharge;
        ledger.charge(stream, hold.request.account(), Ledger.LATE, hold.lateCharge, hold.lateReceivable);
        grants.charged(stream, hold.request.account(), hold.lateCharge);
    }

    /** Takes the hold away from its owner, at the totals that it has reported. */
    void orphan(StreamId stream, Hold hold) {
        hold.lostEpoch = hold.epoch;
        hold.epoch++;
        settle(stream, hold, hold.totals, UsageSource.COUNTED, EndReason.ORPHANED);
    }

    private long available(Hold hold) {
        return ledger.account(hold.request.account()).available();
    }
}
