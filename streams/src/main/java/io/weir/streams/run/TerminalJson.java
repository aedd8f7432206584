package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Terminal;
import io.weir.contracts.stream.Totals;
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
@SuppressWarnings("DoNotCallSuggester")
public record TerminalJson(
        EndReason reason,
        Optional<Totals> totals,
        io.weir.contracts.stream.UsageSource source,
        Optional<String> message,
        ByteBuf output) {
    /**
     * Reads a terminal event.
     *
     * @throws io.weir.streams.sse.StreamFormatException if the JSON is no object with a {@code response}
     */
    public static TerminalJson read(Terminal terminal, ByteBuf json) {
        throw new UnsupportedOperationException(terminal + json.toString());
    }
}
