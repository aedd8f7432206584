package io.weir.streams.life;

import io.weir.contracts.holds.AccountView;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import java.util.ArrayList;
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
    private final Reservations reservations;
    private final GrantBook grants = new GrantBook(ledger, holds);
    private final Billing billing = new Billing(ledger, grants);
    private final long timeline = 1;

    /** An empty book. */
    public HoldBook(HoldRules rules) {
        this.rules = rules;
        this.leases = new Leases(rules.lease().toMillis());
        this.reservations = new Reservations(rules, ledger, holds);
    }

    /** Gives credits to an account, creating it where it is unknown. */
    public void grant(AccountId account, long micro) {
        grants.give(account, GrantTerms.plain(micro));
    }

    /** Gives credits under terms; the grant's number. */
    public int grant(AccountId account, GrantTerms terms, long now) {
        grants.tend(now);
        return grants.give(account, terms);
    }

    /** Takes a grant back but for what is spent or held; false if it has expired. */
    public boolean takeBack(int grant) {
        return grants.takeBack(grant);
    }

    /** Time has passed: grants begin and expire. */
    public void tendGrants(long now) {
        grants.tend(now);
    }

    /** An account's grants in the order in which they were made. */
    public List<GrantFigures> grants(AccountId account) {
        return grants.figures(account);
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
        return reservations.reserve(new Hold(request, price, tokensPerSecond, limit(request, maxOutputTokens), now));
    }

    private static long limit(ReserveRequest request, long maxOutputTokens) {
        Long asked = request.maxOutputTokens();
        return asked == null ? maxOutputTokens : Math.min(asked, maxOutputTokens);
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
        long leaseTokens = hold.leaseTokensAtPace(
                reservations.leaseTokens(hold), rules.lease().toSeconds(), now);
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
        return hold == null ? new HoldAnswer.Unknown() : billing.settle(stream, hold, request);
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
        grants.charged(hold.request.streamId(), hold.request.account(), 0);
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
            billing.orphan(stream, hold);
        }
        EndReason reason = Objects.requireNonNull(hold.reason);
        return new HoldAnswer.Fence.Fenced(
                new FenceReply(hold.epoch, reason, hold.totals, hold.charge + hold.lateCharge));
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
                billing.orphan(stream, hold);
                swept.add(stream);
            }
        });
        return swept;
    }

    /** Metering is back after an outage: every lease starts anew. */
    public void restarted(long now) {
        leases.startAnew(now);
    }

    /** Metering's clock was set back, and now says this: what waits for its claim may do so for its whole life again. */
    public void clockSetBack(long now) {
        holds.values().stream()
                .filter(hold -> hold.state == Hold.State.RESERVED)
                .forEach(hold -> hold.reservedAt = now);
    }

    /** The account's figures. */
    public AccountView account(AccountId id) {
        Ledger.Account account = ledger.account(id);
        return new AccountView(id, account.balance, account.held, account.available(), reservations.openStreams(id));
    }

    /** How a stream was billed; empty if it is unknown. */
    public Optional<HoldView> view(StreamId stream) {
        return Optional.ofNullable(holds.get(stream)).map(hold -> HoldView.of(hold, ledger.entries(), stream));
    }

    /** All invariants that do not hold, in words; empty if all is well. */
    public List<String> audit() {
        return new HoldAudit(holds, ledger, grants).violations();
    }

    private long available(Hold hold) {
        return ledger.account(hold.request.account()).available();
    }
}
