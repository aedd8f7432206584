package io.weir.streams.life;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The invariants I1 to I6 over a book, and that no balance or hold is negative. */
final class HoldAudit {
    private final Map<StreamId, Hold> holds;
    private final Ledger ledger;
    private final GrantBook grants;
    private final List<String> violations = new ArrayList<>();

    HoldAudit(Map<StreamId, Hold> holds, Ledger ledger, GrantBook grants) {
        this.holds = holds;
        this.ledger = ledger;
        this.grants = grants;
    }

    List<String> violations() {
        Map<StreamId, Set<String>> legs = new HashMap<>();
        Map<String, Long> sums = new HashMap<>();
        long all = 0;
        for (Ledger.Entry entry : ledger.entries()) {
            all += entry.amount();
            sums.merge(entry.account(), entry.amount(), Long::sum);
            StreamId stream = entry.stream();
            if (stream != null
                    && !legs.computeIfAbsent(stream, _ -> new HashSet<>()).add(entry.leg())) {
                violations.add("I4: " + stream + " has two legs " + entry.leg());
            }
        }
        check(all == 0, "I3: the legs sum to " + all);
        ledger.accounts().forEach((id, account) -> auditAccount(id, account, sums.getOrDefault(id.value(), 0L)));
        holds.forEach((stream, hold) -> auditHold(stream, hold, legs.getOrDefault(stream, Set.of())));
        return violations;
    }

    private void auditAccount(AccountId id, Ledger.Account account, long entries) {
        check(account.balance == entries, "I1: " + id + " balance " + account.balance + ", entries " + entries);
        long held = holds.values().stream()
                .filter(hold -> hold.holds() && hold.request.account().equals(id))
                .mapToLong(hold -> hold.granted)
                .sum();
        check(account.held == held, "I2: " + id + " held " + account.held + ", holds " + held);
        check(
                account.balance == grants.remaining(id),
                "I6: " + id + " balance " + account.balance + ", grants " + grants.remaining(id));
        check(account.held >= 0 && account.held <= account.balance, "overspend: " + id + " " + account.balance);
    }

    private void auditHold(StreamId stream, Hold hold, Set<String> legs) {
        Set<String> prescribed = new HashSet<>();
        if (hold.state == Hold.State.SETTLED) {
            prescribe(prescribed, Ledger.FINAL, hold.charge, hold.receivable);
            prescribe(prescribed, Ledger.LATE, hold.lateCharge, hold.lateReceivable);
            long price = hold.price.chargeMicro(hold.totals);
            check(hold.charge + hold.receivable == price, "I5: " + stream + " is not charged its price");
            Totals late = hold.lateTotals;
            long latePrice = late == null ? price : Math.max(price, hold.price.chargeMicro(late));
            long whole = hold.charge + hold.receivable + hold.lateCharge + hold.lateReceivable;
            check(whole == latePrice, "I5: " + stream + " is not corrected to its price");
        }
        check(legs.equals(prescribed), "I4: " + stream + " has legs " + legs + ", not " + prescribed);
    }

    private static void prescribe(Set<String> prescribed, Ledger.Legs legs, long charge, long receivable) {
        if (charge > 0) {
            prescribed.add(legs.charge());
        }
        if (receivable > 0) {
            prescribed.add(legs.receivable());
        }
        if (charge + receivable > 0) {
            prescribed.add(legs.revenue());
        }
    }

    private void check(boolean holdsTrue, String violation) {
        if (!holdsTrue) {
            violations.add(violation);
        }
    }
}
