package io.weir.edge.socketticket;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tickets that this process has issued and nobody has used, the oldest first. A few instructions under its own lock. */
final class UnusedTickets {
    private final int limit;
    private final int limitPerAccount;
    private final Map<String, Unused> byId = new LinkedHashMap<>();
    private final Map<AccountId, Integer> counts = new HashMap<>();

    private record Unused(AccountId payer, Instant until) {}

    UnusedTickets(int limit, int limitPerAccount) {
        this.limit = limit;
        this.limitPerAccount = limitPerAccount;
    }

    /**
     * Remembers a ticket. All live equally long, so those that have expired stand in front.
     *
     * @throws ProblemException 429 where the account has as many as it may have, 503 where all together are too many
     */
    synchronized void add(String id, AccountId payer, Instant now, Instant until) {
        for (Iterator<Unused> all = byId.values().iterator(); all.hasNext(); ) {
            Unused oldest = all.next();
            if (now.isBefore(oldest.until())) {
                break;
            }
            all.remove();
            forget(oldest);
        }
        if (counts.getOrDefault(payer, 0) >= limitPerAccount) {
            throw new ProblemException(ProblemType.RATE_LIMITED, "The account has too many unused tickets; use them.");
        }
        if (byId.size() >= limit) {
            throw new ProblemException(ProblemType.OVERLOADED, "Too many tickets are unused here; try again.");
        }
        byId.put(id, new Unused(payer, until));
        counts.merge(payer, 1, Integer::sum);
    }

    /** Uses a ticket up; false if it was used before, or is none of this process. */
    synchronized boolean use(String id) {
        Unused ticket = byId.remove(id);
        if (ticket == null) {
            return false;
        }
        forget(ticket);
        return true;
    }

    private void forget(Unused ticket) {
        counts.computeIfPresent(ticket.payer(), (_, count) -> count == 1 ? null : count - 1);
    }
}
