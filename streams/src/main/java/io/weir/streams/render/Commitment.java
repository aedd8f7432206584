package io.weir.streams.render;

import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.run.Run;
import java.util.Optional;
import java.util.Set;

/** When a held-back response takes its status, and which endings before that are an HTTP problem instead. */
public final class Commitment {
    /** What every answer begins with, whether or not the agent ever says a word. */
    private static final Set<String> SCAFFOLD = Set.of(
            "response.created",
            "response.queued",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added");

    private Commitment() {}

    /** True if the run shows that the agent is at work. */
    public static boolean commits(Run run) {
        return !(run instanceof Run.Event event && SCAFFOLD.contains(event.type()));
    }

    /**
     * An ending as a problem.
     *
     * @param type what kind
     * @param detail text for the caller
     */
    public record Failure(ProblemType type, String detail) {}

    /** The problem that a terminal before anything was shown is; empty for other runs and for proper answers. */
    public static Optional<Failure> problemOf(Run run) {
        if (!(run instanceof Run.Terminal terminal)) {
            return Optional.empty();
        }
        String detail = "The answer ended before it began: " + terminal.reason().wire() + ".";
        return problemOf(terminal.reason()).map(type -> new Failure(type, detail));
    }

    private static Optional<ProblemType> problemOf(EndReason reason) {
        return switch (reason) {
            case COMPLETED, MAX_OUTPUT_TOKENS, CANCELLED, TIME_LIMIT -> Optional.empty();
            case CREDITS_EXHAUSTED -> Optional.of(ProblemType.INSUFFICIENT_CREDITS);
            case METERING_UNAVAILABLE -> Optional.of(ProblemType.METERING_UNAVAILABLE);
            case DRAINING -> Optional.of(ProblemType.OVERLOADED);
            case AGENT_ERROR, MACHINE_LOST -> Optional.of(ProblemType.AGENT_REFUSED);
            case NO_MACHINE -> Optional.of(ProblemType.NO_MACHINE);
            case ORPHANED -> Optional.of(ProblemType.GATEWAY_UNAVAILABLE);
        };
    }
}
