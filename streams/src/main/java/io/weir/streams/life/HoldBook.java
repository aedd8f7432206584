package io.weir.streams.life;

import io.weir.contracts.holds.AccountView;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Metering's part of a stream's life: holds and what becomes of them, as a pure model of what the SQL does. One call is
 * one statement: it happens wholly or not at all.
 *
 * <pre>
 *             claim (CAS: epoch+1, owner)        settle by the owner's epoch (CAS)
 *   RESERVED ────────────────────────────► OPEN ───────────────────────────────────► SETTLED
 *      │                                    │    fence, sweep: lease lost (CAS, epoch+1, orphaned)
 *      │ release, sweep past its life       └──────────────────────────────────────► SETTLED ── one late correction
 *      ▼
 *   RELEASED
 * </pre>
 *
 * Times are milliseconds of metering's own clock.
 */
public final class HoldBook {
    private final HoldRules rules;
    private final Ledger ledger = new Ledger();
    private final Leases leases;
    private final Map<StreamId, Hold> holds = new LinkedHashMap<>();
    private final Map<Key, Hold> keys = new HashMap<>();
    private final long timeline = 1;

    private record Key(AccountId account, String value) {}

    /** An empty book. */
    public HoldBook(HoldRules rules) {
        this.rules = rules;
        this.leases = new Leases(rules.lease().toMillis());
    }

    /** Gives credits to an account, creating it where it is unknown. */
    public void grant(AccountId account, long micro) {
        ledger.grant(account, micro);
    }

    /**
     * Reserves credits for a stream. In this order: known stream, known key, limit of open streams, credit.
     *
     * @param price the price in force; zeros for {@code byok}
     * @param tokensPerSecond the agent's observed rate
     * @param maxOutputTokens the agent's own limit
     */
    public HoldAnswer.Reserve reserve(
            ReserveRequest request, Price price, int tokensPerSecond, long maxOutputTokens, long now) {
        Hold known = holds.get(request.streamId());
        boolean own = known != null && known.request.account().equals(request.account());
        if (known != null) {
            return own && known.state != Hold.State.RELEASED ? again(known) : new HoldAnswer.Reserve.StreamExists();
        }
        Hold sameKey = keys.get(new Key(request.account(), request.idempotencyKey()));
        if (sameKey != null && keyStands(sameKey, now)) {
            return sameKey.request.bodyHash().equals(request.bodyHash())
                    ? again(sameKey)
                    : new HoldAnswer.Reserve.KeyReused();
        }
        int open = openStreams(request.account());
        if (open >= request.maxOpenStreams()) {
            return new HoldAnswer.Reserve.TooManyOpen(open);
        }
        Long asked = request.maxOutputTokens();
        long limit = asked == null ? maxOutputTokens : Math.min(asked, maxOutputTokens);
        return hold(new Hold(request, price, tokensPerSecond, limit, now));
    }

    /** A hold that waits for its claim is answered as new: the first answer may have been lost, and nobody started it. */
    private HoldAnswer.Reserve again(Hold hold) {
        ReserveReply reply = reply(hold, hold.granted < hold.target(leaseTokens(hold)));
        return hold.state == Hold.State.RESERVED
                ? new HoldAnswer.Reserve.Held(reply)
                : new HoldAnswer.Reserve.Known(reply);
    }

    private HoldAnswer.Reserve hold(Hold hold) {
        ReserveRequest request = hold.request;
        Ledger.Account account = ledger.account(request.account());
        long wanted = hold.target(leaseTokens(hold));
        long smallest = hold.price.chargeMicro(Totals.counted(request.promptTokens(), 1));
        if (account.available() < Math.min(wanted, Math.max(rules.minimumReserveMicro(), smallest))) {
            return new HoldAnswer.Reserve.NotEnoughCredit(account.available());
        }
        hold.granted = Math.min(wanted, account.available());
        account.held += hold.granted;
        holds.put(request.streamId(), hold);
        keys.put(new Key(request.account(), request.idempotencyKey()), hold);
        return new HoldAnswer.Reserve.Held(reply(hold, hold.granted < wanted));
    }

    /** A released hold started and charged nothing: its key is free again. */
    private boolean keyStands(Hold hold, long now) {
        boolean remembered = !hold.request.keyUntilEnd()
                && now - hold.reservedAt < rules.keyLife().toMillis();
        return hold.holds() || (hold.state == Hold.State.SETTLED && remembered);
    }

    /** A gateway wants the stream. The same process asking again gets the same answer. */
    public HoldAnswer.Claim claim(StreamId stream, ClaimRequest request, long now) {
        boolean alive = leases.renew(request.gateway(), request.incarnation(), now);
        Hold hold = holds.get(stream);
        if (hold == null) {
            return new HoldAnswer.Unknown();
        }
        if (!alive || !hold.holds()) {
            return new HoldAnswer.WrongState(hold.state.name());
        }
        if (hold.state == Hold.State.RESERVED) {
            hold.state = Hold.State.OPEN;
            hold.epoch++;
            hold.claimedAt = now;
            hold.gateway = request.gateway();
            hold.incarnation = request.incarnation();
            hold.address = request.address();
        }
        boolean won = request.incarnation().equals(hold.incarnation);
        return new HoldAnswer.Claim.Answered(
                won
                        ? new ClaimReply(true, hold.epoch, hold.cancelled, null, null)
                        : new ClaimReply(false, hold.epoch, false, hold.gateway, hold.address));
    }

    /** Cumulative totals and extensions; renews the gateway's lease. A replaced process gets nothing accepted. */
    public UpdateReply update(UpdateBatch batch, long now) {
        boolean alive = leases.renew(batch.gateway(), batch.incarnation(), now);
        List<UpdateReply.Extension> answers = batch.updates().stream()
                .map(update -> alive ? update(batch, update, now) : refused(update))
                .toList();
        return new UpdateReply(timeline, Math.toIntExact(rules.lease().toSeconds()), answers);
    }

    private UpdateReply.Extension update(UpdateBatch batch, UpdateBatch.Update update, long now) {
        Hold hold = holds.get(update.streamId());
        if (hold == null
                || hold.state != Hold.State.OPEN
                || hold.epoch != update.epoch()
                || !batch.incarnation().equals(hold.incarnation)) {
            return refused(update);
        }
        if (update.totals().input() >= hold.totals.input() && update.totals().output() >= hold.totals.output()) {
            hold.totals = update.totals();
        }
        boolean last = update.extend() && extend(hold, now);
        return new UpdateReply.Extension(update.streamId(), true, hold.granted, last, available(hold), hold.cancelled);
    }

    /** Fills the grant up to one lease of output again. True if that was due and nothing was left. */
    private boolean extend(Hold hold, long now) {
        Ledger.Account account = ledger.account(hold.request.account());
        long leaseTokens =
                hold.leaseTokensAtPace(leaseTokens(hold), rules.lease().toSeconds(), now);
        long missing = hold.target(leaseTokens) - hold.granted;
        if (missing <= 0) {
            return false;
        }
        long more = Math.min(missing, account.available());
        hold.granted += more;
        account.held += more;
        return more == 0;
    }

    private static UpdateReply.Extension refused(UpdateBatch.Update update) {
        return new UpdateReply.Extension(update.streamId(), false, 0, true, 0, false);
    }

    /** The owner's final totals, once; the owner that lost the stream gets one late correction. */
    public HoldAnswer.Settle settle(StreamId stream, SettleRequest request) {
        Hold hold = holds.get(stream);
        if (hold == null) {
            return new HoldAnswer.Unknown();
        }
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
    }

    private void correct(StreamId stream, Hold hold, Totals totals) {
        long more = Math.max(0, hold.price.chargeMicro(totals) - hold.charge - hold.receivable);
        hold.lateTaken = true;
        hold.lateTotals = totals;
        hold.lateCharge = Math.min(more, available(hold));
        hold.lateReceivable = more - hold.lateCharge;
        ledger.charge(stream, hold.request.account(), Ledger.LATE, hold.lateCharge, hold.lateReceivable);
    }

    /** Gives back what is held for a stream that nobody has claimed. */
    public HoldAnswer.Release release(StreamId stream) {
        Hold hold = holds.get(stream);
        if (hold == null) {
            return new HoldAnswer.Unknown();
        }
        return switch (hold.state) {
            case RESERVED -> {
                giveBack(hold);
                yield new HoldAnswer.Release.Released();
            }
            case RELEASED -> new HoldAnswer.Release.Released();
            case OPEN, SETTLED -> new HoldAnswer.WrongState(hold.state.name());
        };
    }

    private void giveBack(Hold hold) {
        hold.state = Hold.State.RELEASED;
        ledger.account(hold.request.account()).held -= hold.granted;
    }

    /** Stores a stop on the hold, so that it can neither be lost nor come too early. */
    public HoldAnswer.Cancel cancel(StreamId stream, CancelRequest request) {
        Hold hold = holds.get(stream);
        if (hold == null || !hold.request.account().equals(request.account())) {
            return new HoldAnswer.Unknown();
        }
        if (!hold.holds()) {
            return new HoldAnswer.Cancel.Answered(new CancelReply(false, null));
        }
        hold.cancelled = true;
        return new HoldAnswer.Cancel.Answered(new CancelReply(true, hold.address));
    }

    /** The relay suspects the owner: takes the stream away from it, once its lease is lost. */
    public HoldAnswer.Fence fence(StreamId stream, long now) {
        Hold hold = holds.get(stream);
        if (hold == null || hold.state == Hold.State.RELEASED) {
            return new HoldAnswer.Unknown();
        }
        if (hold.state == Hold.State.RESERVED) {
            long life = hold.reservedAt + TimeUnit.SECONDS.toMillis(hold.request.lifeSeconds()) - now;
            return new HoldAnswer.Fence.LeaseRuns(new FenceRefusal(Math.max(1, life)));
        }
        if (hold.state == Hold.State.OPEN) {
            long remaining = leases.remaining(hold.incarnation, now);
            if (remaining > 0) {
                return new HoldAnswer.Fence.LeaseRuns(new FenceRefusal(remaining));
            }
            orphan(stream, hold);
        }
        EndReason reason = Objects.requireNonNull(hold.reason);
        return new HoldAnswer.Fence.Fenced(
                new FenceReply(hold.epoch, reason, hold.totals, hold.charge + hold.lateCharge));
    }

    private void orphan(StreamId stream, Hold hold) {
        hold.lostEpoch = hold.epoch;
        hold.epoch++;
        settle(stream, hold, hold.totals, UsageSource.COUNTED, EndReason.ORPHANED);
    }

    /** Releases RESERVED holds past their life; settles OPEN ones of lost leases at their high-water mark. */
    public List<StreamId> sweep(long now) {
        List<StreamId> swept = new ArrayList<>();
        holds.forEach((stream, hold) -> {
            long life = TimeUnit.SECONDS.toMillis(hold.request.lifeSeconds());
            if (hold.state == Hold.State.RESERVED && now - hold.reservedAt >= life) {
                giveBack(hold);
                swept.add(stream);
            } else if (hold.state == Hold.State.OPEN
                    && leases.remaining(hold.incarnation, now) <= -rules.grace().toMillis()) {
                orphan(stream, hold);
                swept.add(stream);
            }
        });
        return swept;
    }

    /** Metering is back after an outage: every lease starts anew. */
    public void restarted(long now) {
        leases.startAnew(now);
    }

    /** The account's figures. */
    public AccountView account(AccountId id) {
        Ledger.Account account = ledger.account(id);
        return new AccountView(id, account.balance, account.held, account.available(), openStreams(id));
    }

    /** How a stream was billed; empty if it is unknown. */
    public Optional<HoldView> view(StreamId stream) {
        return Optional.ofNullable(holds.get(stream)).map(hold -> HoldView.of(hold, ledger.entries(), stream));
    }

    /** All invariants that do not hold, in words; empty if all is well. */
    public List<String> audit() {
        return new HoldAudit(holds, ledger).violations();
    }

    private int openStreams(AccountId account) {
        return Math.toIntExact(holds.values().stream()
                .filter(hold -> hold.holds() && hold.request.account().equals(account))
                .count());
    }

    private long leaseTokens(Hold hold) {
        return Math.multiplyExact(rules.lease().toSeconds(), (long) hold.tokensPerSecond);
    }

    private long available(Hold hold) {
        return ledger.account(hold.request.account()).available();
    }

    private ReserveReply reply(Hold hold, boolean last) {
        return new ReserveReply(
                hold.request.streamId(),
                hold.granted,
                Math.toIntExact(rules.lease().toSeconds()),
                last,
                available(hold),
                hold.price);
    }
}
