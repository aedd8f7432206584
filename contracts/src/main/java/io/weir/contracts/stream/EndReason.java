package io.weir.contracts.stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Why a stream ended. The wire name is the same in the terminal event, the receipt, {@code messages.state}, topic
 * events and metrics.
 */
public enum EndReason {
    COMPLETED(Terminal.COMPLETED, "completed"),
    MAX_OUTPUT_TOKENS(Terminal.INCOMPLETE, "max_output_tokens"),
    CREDITS_EXHAUSTED(Terminal.INCOMPLETE, "credits_exhausted"),
    CANCELLED(Terminal.INCOMPLETE, "cancelled"),
    TIME_LIMIT(Terminal.INCOMPLETE, "time_limit"),
    DRAINING(Terminal.INCOMPLETE, "draining"),
    METERING_UNAVAILABLE(Terminal.INCOMPLETE, "metering_unavailable"),
    AGENT_ERROR(Terminal.FAILED, "agent_error"),
    MACHINE_LOST(Terminal.FAILED, "machine_lost"),
    NO_MACHINE(Terminal.FAILED, "no_machine"),
    ORPHANED(Terminal.FAILED, "orphaned");

    private static final Map<String, EndReason> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EndReason::wire, r -> r));

    private final Terminal terminal;
    private final String wire;

    EndReason(Terminal terminal, String wire) {
        this.terminal = terminal;
        this.wire = wire;
    }

    /**
     * The reason of a wire name.
     *
     * @throws IllegalArgumentException for a name that is not in the table
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static EndReason ofWire(String wire) {
        EndReason reason = BY_WIRE.get(wire);
        if (reason == null) {
            throw new IllegalArgumentException("unknown end reason");
        }
        return reason;
    }

    /** The terminal event that carries this reason. */
    public Terminal terminal() {
        return terminal;
    }

    /** The name on every wire and in every table. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** True for the two endings that simple dialects show as a regular end ({@code [DONE]}, {@code done}). */
    public boolean endsRegularly() {
        return this == COMPLETED || this == CANCELLED;
    }
}
