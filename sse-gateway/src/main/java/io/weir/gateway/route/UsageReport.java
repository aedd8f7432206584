package io.weir.gateway.route;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/streams/{id}/usage}: what an agent has used for a replayed stream so far, never less than it said
 * before.
 *
 * @param input prompt tokens, cached ones and cache writes included
 * @param cached the part of {@code input} that was read from a cache
 * @param cacheWrite the part of {@code input} that was written to a cache
 * @param output generated tokens, reasoning included
 * @param reasoning the part of {@code output} spent on reasoning
 * @param last true if the stream has ended ({@code final} in JSON)
 * @param reason how it has ended, in the last report: {@code completed} unless said otherwise
 * @param model the model that was used, if the agent says so
 */
@RegisterForReflection
public record UsageReport(
        long input,
        long cached,
        long cacheWrite,
        long output,
        long reasoning,
        @JsonProperty("final") boolean last,
        @Nullable EndReason reason,
        @Nullable String model) {
    private static final int MAX_MODEL = 200;
    private static final Set<EndReason> MAY_SAY =
            EnumSet.of(EndReason.COMPLETED, EndReason.MAX_OUTPUT_TOKENS, EndReason.CANCELLED, EndReason.AGENT_ERROR);

    public UsageReport {
        if (model != null && model.length() > MAX_MODEL) {
            throw new IllegalArgumentException("model is too long");
        }
        if (reason != null && !MAY_SAY.contains(reason)) {
            throw new IllegalArgumentException("an agent cannot say that reason");
        }
    }

    /**
     * The counts.
     *
     * @throws IllegalArgumentException if they make no sense
     */
    Totals totals() {
        return new Totals(input, cached, cacheWrite, output, reasoning);
    }
}
