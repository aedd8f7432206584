package io.weir.edge.answer;

import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.problems.ProblemException;
import io.weir.streams.run.Run;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When a held-back response takes its status, and which endings before that are an HTTP problem instead. */
final class Commitment {
    /** What every answer begins with, whether or not the agent ever says a word. */
    private static final Set<String> SCAFFOLD = Set.of(
            "response.created",
            "response.queued",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added");

    private Commitment() {}

    /** True if the run shows that the agent is at work. */
    static boolean commits(Run run) {
        return !(run instanceof Run.Event event && SCAFFOLD.contains(event.type()));
    }

    /** The problem that a terminal before anything was shown is; null for other runs and for proper answers. */
    static @Nullable ProblemException problemOf(Run run) {
        if (!(run instanceof Run.Terminal terminal)) {
            return null;
        }
        ProblemType type = problemOf(terminal.reason());
        String detail = "The answer ended before it began: " + terminal.reason().wire() + ".";
        return type == null ? null : new ProblemException(type, detail);
    }

    private static @Nullable ProblemType problemOf(EndReason reason) {
        return switch (reason) {
            case COMPLETED, MAX_OUTPUT_TOKENS, CANCELLED, TIME_LIMIT -> null;
            case CREDITS_EXHAUSTED -> ProblemType.INSUFFICIENT_CREDITS;
            case METERING_UNAVAILABLE -> ProblemType.METERING_UNAVAILABLE;
            case DRAINING -> ProblemType.OVERLOADED;
            case AGENT_ERROR, MACHINE_LOST -> ProblemType.AGENT_REFUSED;
            case NO_MACHINE -> ProblemType.NO_MACHINE;
            case ORPHANED -> ProblemType.GATEWAY_UNAVAILABLE;
        };
    }
}
