package io.weir.streams.run;

import io.weir.contracts.stream.EndReason;

/** What a person is told about an end that is no success. */
public final class EndText {
    private EndText() {}

    /** What the terminal says itself if the agent failed, else {@link #of(EndReason)}. */
    public static String of(Run.Terminal terminal) {
        if (terminal.reason() != EndReason.AGENT_ERROR) {
            return of(terminal.reason());
        }
        return TerminalJson.message(terminal.json()).orElse(of(terminal.reason()));
    }

    /** One sentence, safe to show, no jargon. */
    public static String of(EndReason reason) {
        return switch (reason) {
            case COMPLETED -> "The answer is complete";
            case CANCELLED -> "The answer was stopped";
            case MAX_OUTPUT_TOKENS -> "The answer reached its maximum length";
            case CREDITS_EXHAUSTED -> "Insufficient credits: the answer was cut short";
            case TIME_LIMIT -> "The answer took too long and was cut short";
            case DRAINING -> "The service is restarting and the answer was cut short";
            case METERING_UNAVAILABLE -> "Credits could not be checked and the answer was cut short";
            case AGENT_ERROR -> "The agent failed";
            case MACHINE_LOST -> "The agent's machine was lost";
            case NO_MACHINE -> "No healthy agent machine available";
            case ORPHANED -> "The connection to the agent was lost and the answer was cut short";
        };
    }
}
