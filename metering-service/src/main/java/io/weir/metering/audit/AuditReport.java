package io.weir.metering.audit;

import io.weir.metering.chain.ChainState;
import java.time.Instant;
import java.util.List;

/**
 * Answer of {@code GET /v1/audit}.
 *
 * @param checkedAt when
 * @param invariants each with the number of rows that violate it
 * @param chain how far the entries are sealed and verified, and where the chain breaks
 */
public record AuditReport(Instant checkedAt, List<Line> invariants, ChainState chain) {
    public AuditReport {
        invariants = List.copyOf(invariants);
    }

    /**
     * One invariant.
     *
     * @param id {@code I1}, …
     * @param violations 0 if it holds
     * @param statement what must hold
     */
    public record Line(String id, long violations, String statement) {}
}
