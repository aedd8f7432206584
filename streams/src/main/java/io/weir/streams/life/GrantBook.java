package io.weir.streams.life;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Grants as a pure model: every charge is taken off them at once, and time passes only by {@link #tend}. What is held of
 * a grant when it ends is pinned to the holds that held it, in the order of their reserves; the charge of such a hold
 * burns its pins first, and what it leaves of them lapses.
 */
final class GrantBook {
    private enum State {
        SCHEDULED,
        ACTIVE,
        EXPIRED,
        VOIDED
    }

    private static final class Grant {
        final AccountId account;
        final int number;
        final Map<StreamId, Long> pins = new LinkedHashMap<>();
        GrantTerms terms;
        State state = State.SCHEDULED;
        long remaining;
        long spent;
        long lapsed;
        long rolled;

        @Nullable
        Grant follower; // nothing was carried on

        Grant(AccountId account, int number, GrantTerms terms) {
            this.account = account;
            this.number = number;
            this.terms = terms;
            this.remaining = terms.amountMicro();
        }

        boolean counts() {
            return state == State.ACTIVE && remaining > 0;
        }

        long nextEventAt() {
            return state == State.SCHEDULED ? terms.effectiveAt() : terms.expiresAt();
        }

        void spend(long micro) {
            remaining -= micro;
            spent += micro;
        }

        GrantFigures figures() {
            String shown = state == State.ACTIVE && remaining == 0 ? "spent" : state.name();
            return new GrantFigures(
                    shown.toLowerCase(Locale.ROOT), terms.amountMicro(), remaining, spent, lapsed, rolled);
        }
    }

    private static final Comparator<Grant> BURN_ORDER = Comparator.comparing(
                    (Grant grant) -> grant.terms, GrantTerms.BURN_ORDER)
            .thenComparingInt(grant -> grant.number);

    private final Ledger ledger;
    private final Map<StreamId, Hold> holds;
    private final List<Grant> grants = new ArrayList<>();
    private long now;

    GrantBook(Ledger ledger, Map<StreamId, Hold> holds) {
        this.ledger = ledger;
        this.holds = holds;
    }

    int give(AccountId account, GrantTerms terms) {
        var grant = new Grant(account, grants.size(), terms);
        grants.add(grant);
        tend(now);
        return grant.number;
    }

    /** True if it can be, or already is, taken back. */
    boolean takeBack(int number) {
        var grant = grants.get(number);
        switch (grant.state) {
            case SCHEDULED -> {
                grant.state = State.VOIDED;
                grant.lapsed = grant.remaining;
                grant.remaining = 0;
            }
            case ACTIVE -> {
                if (grant.terms.expiresAt() <= now) {
                    return false;
                }
                end(grant, State.VOIDED);
            }
            case EXPIRED -> {
                return false;
            }
            case VOIDED -> {}
        }
        return true;
    }

    /** It is {@code at} now: whatever begins or ends until then does so, in order. */
    void tend(long at) {
        now = at;
        while (true) {
            var due = grants.stream()
                    .filter(grant -> grant.state == State.SCHEDULED || grant.counts())
                    .filter(grant -> grant.nextEventAt() <= at)
                    .min(Comparator.comparingLong(Grant::nextEventAt)
                            .thenComparing(grant -> grant.state == State.SCHEDULED)
                            .thenComparingInt(grant -> grant.number));
            if (due.isEmpty()) {
                return;
            }
            if (due.get().state == State.SCHEDULED) {
                due.get().state = State.ACTIVE;
                ledger.grant(due.get().account, due.get().remaining);
            } else {
                end(due.get(), State.EXPIRED);
            }
        }
    }

    /** A hold has ended at this charge, or a late correction was charged: its pins first, then in burn order. */
    void charged(StreamId stream, AccountId account, long micro) {
        long due = micro;
        var rests = new LinkedHashMap<Grant, Long>();
        for (var grant : of(account).filter(g -> g.pins.containsKey(stream)).toList()) {
            long pin = Objects.requireNonNull(grant.pins.remove(stream));
            long used = Math.min(due, pin);
            grant.spend(used);
            due -= used;
            rests.put(grant, pin - used);
        }
        for (var grant : of(account).filter(Grant::counts).toList()) {
            long used = Math.min(due, grant.remaining);
            grant.spend(used);
            due -= used;
        }
        if (due > 0) {
            throw new IllegalStateException(stream + " was charged what no grant covers: " + due);
        }
        rests.forEach((grant, rest) -> lapse(grant, rest, true));
    }

    /** What is left of an account's grants that count, and of those that holds have pinned. */
    long remaining(AccountId account) {
        return of(account)
                .filter(grant -> grant.state != State.SCHEDULED)
                .mapToLong(grant -> grant.remaining)
                .sum();
    }

    /** In the order in which they were made. */
    List<GrantFigures> figures(AccountId account) {
        return grants.stream()
                .filter(grant -> grant.account.equals(account))
                .map(Grant::figures)
                .toList();
    }

    private Stream<Grant> of(AccountId account) {
        return grants.stream().filter(grant -> grant.account.equals(account)).sorted(BURN_ORDER);
    }

    private void end(Grant grant, State state) {
        long ahead = of(grant.account)
                .filter(other -> other.counts() && BURN_ORDER.compare(other, grant) < 0)
                .mapToLong(other -> other.remaining)
                .sum();
        long covered = 0;
        long kept = 0;
        for (var entry : holds.entrySet()) {
            var hold = entry.getValue();
            if (!hold.holds() || !hold.request.account().equals(grant.account)) {
                continue;
            }
            long free = hold.granted - pinned(entry.getKey());
            long from = Math.max(covered, ahead);
            long to = Math.min(covered + free, ahead + grant.remaining);
            if (to > from) {
                grant.pins.put(entry.getKey(), to - from);
                kept += to - from;
            }
            covered += free;
        }
        grant.state = state;
        lapse(grant, grant.remaining - kept, false);
    }

    private long pinned(StreamId stream) {
        return grants.stream()
                .mapToLong(grant -> grant.pins.getOrDefault(stream, 0L))
                .sum();
    }

    private void lapse(Grant grant, long micro, boolean givenBack) {
        long onward = grant.state == State.EXPIRED ? Math.min(micro, grant.terms.rolloverMaxMicro() - grant.rolled) : 0;
        var follower = grant.follower;
        if (onward > 0 && follower == null) {
            var terms = grant.terms.follower(onward);
            if (givenBack && terms.expiresAt() <= now) {
                onward = 0;
            } else {
                follower = new Grant(grant.account, grants.size(), terms);
                follower.state = State.ACTIVE;
                grants.add(follower);
                grant.follower = follower;
            }
        } else if (onward > 0 && follower != null) {
            if (follower.state == State.ACTIVE && follower.terms.expiresAt() > now) {
                follower.remaining += onward;
                follower.terms = grant.terms.follower(follower.terms.amountMicro() + onward);
            } else {
                onward = 0;
            }
        }
        grant.remaining -= micro;
        grant.rolled += onward;
        grant.lapsed += micro - onward;
        ledger.lapse(grant.account, grant.state == State.EXPIRED, micro - onward);
    }
}
