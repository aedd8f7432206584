package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Terminal;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.json.JsonSlices.Outcome;
import io.weir.streams.sse.StreamFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a terminal event says, ours or an agent's. Off the hot path: once a stream.
 *
 * @param reason from {@code incomplete_details.reason} or {@code error.code} where it is one of ours; an agent's own words
 *     become {@code max_output_tokens} and {@code agent_error}
 * @param totals {@code response.usage}, if there is one that is not all zero
 * @param source {@code response.metadata.usage_source}, else the agent
 * @param message {@code response.error.message}, if there is one
 * @param output {@code response.output} as it stands, {@code []} if there is none
 */
public record TerminalJson(
        EndReason reason, Optional<Totals> totals, UsageSource source, Optional<String> message, ByteBuf output) {
    private static final int INCOMPLETE_DETAILS = 0;
    private static final int ERROR = 1;
    private static final int USAGE = 2;
    private static final int METADATA = 3;
    private static final int OUTPUT = 4;

    /** The terminal of an event type, if it is one. */
    public static Optional<Terminal> ofType(String type) {
        return Arrays.stream(Terminal.values())
                .filter(terminal -> terminal.eventType().equals(type))
                .findFirst();
    }

    /**
     * Reads a terminal event.
     *
     * @throws StreamFormatException if the JSON is no object with a {@code response}
     */
    public static TerminalJson read(Terminal terminal, ByteBuf json) {
        var event = new JsonSlices("response");
        if (event.scan(json) == Outcome.MALFORMED) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "a terminal event is no JSON");
        }
        var response = new JsonSlices("incomplete_details", "error", "usage", "metadata", "output");
        if (response.scan(event.raw(0)) != Outcome.OBJECT) {
            throw new StreamFormatException(
                    StreamFormatException.Kind.MALFORMED_EVENT, "a terminal event has no response");
        }
        boolean counted = member(response.raw(METADATA), "usage_source", "").equals(UsageSource.COUNTED.wire());
        return new TerminalJson(
                reason(terminal, response),
                UsageJson.read(response.raw(USAGE)),
                counted ? UsageSource.COUNTED : UsageSource.AGENT,
                message(json),
                response.kind(OUTPUT) == Kind.ARRAY
                        ? response.raw(OUTPUT)
                        : Unpooled.copiedBuffer("[]", StandardCharsets.US_ASCII));
    }

    /** {@code response.error.message} of a terminal event, if there is one. */
    static Optional<String> message(ByteBuf json) {
        var event = new JsonSlices("response");
        event.scan(json);
        var response = new JsonSlices("error");
        response.scan(event.raw(0));
        String message = member(response.raw(0), "message", "");
        return message.isEmpty() ? Optional.empty() : Optional.of(message);
    }

    private static EndReason reason(Terminal terminal, JsonSlices response) {
        return switch (terminal) {
            case COMPLETED -> EndReason.COMPLETED;
            case INCOMPLETE ->
                ours(terminal, member(response.raw(INCOMPLETE_DETAILS), "reason", ""), EndReason.MAX_OUTPUT_TOKENS);
            case FAILED -> ours(terminal, member(response.raw(ERROR), "code", ""), EndReason.AGENT_ERROR);
        };
    }

    private static EndReason ours(Terminal terminal, String wire, EndReason otherwise) {
        return Arrays.stream(EndReason.values())
                .filter(reason -> reason.terminal() == terminal && reason.wire().equals(wire))
                .findFirst()
                .orElse(otherwise);
    }

    private static String member(ByteBuf object, String name, String otherwise) {
        var slices = new JsonSlices(name);
        slices.scan(object);
        return slices.string(0, otherwise);
    }
}
