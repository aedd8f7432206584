package io.weir.metering.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.weir.contracts.holds.Micro;
import io.weir.metering.chain.ChainState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /v1/audit}.
 *
 * @param checkedAt when
 * @param overspentEverMicro how far accounts were below zero at their worst entry since the ledger began, all together;
 *     always 0
 * @param invariants I1 to I9
 * @param chain how far the entries are sealed and verified, and where the chain breaks
 */
public record AuditReport(Instant checkedAt, @Micro long overspentEverMicro, List<Line> invariants, ChainState chain) {
    public AuditReport {
        invariants = List.copyOf(invariants);
    }

    /** Whether an invariant could be checked. */
    public enum State {
        CHECKED,
        SKIPPED;

        /** Lower-case name used in JSON. */
        @JsonValue
        public String wire() {
            return this == CHECKED ? "checked" : "skipped";
        }
    }

    /**
     * One invariant.
     *
     * @param id {@code I1}, …
     * @param state {@code skipped} where it could not be checked this time
     * @param violations 0 if it holds; absent where it was skipped
     * @param statement what must hold
     * @param detail why it was skipped, or what was looked at; absent where that is everything
     * @param checkedAt when it was last checked; absent if never
     * @param violatedAt when a check last found violations; absent if none ever did
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Line(
            String id,
            State state,
            @Nullable Long violations,
            String statement,
            @Nullable String detail,
            @Nullable Instant checkedAt,
            @Nullable Instant violatedAt) {}
}
