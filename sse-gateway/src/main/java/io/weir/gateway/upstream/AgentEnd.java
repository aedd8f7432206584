package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import java.util.Optional;

/** How an agent's answer ended. */
public sealed interface AgentEnd {
    /**
     * The agent said so itself.
     *
     * @param reason completed, {@code max_output_tokens} or {@code agent_error}
     * @param totals what it says that it used; empty if it says nothing, or zeros
     * @param output {@code response.output} in its own words, if it gave any
     * @param message its words about an error, if it failed
     */
    record Said(EndReason reason, Optional<Totals> totals, Optional<ByteBuf> output, Optional<String> message)
            implements AgentEnd {}

    /**
     * The machine will not work on it, and has not begun to: another one may be asked.
     *
     * @param why for the log
     */
    record Refused(String why) implements AgentEnd {}

    /**
     * The machine answered with an error instead of a stream; it may have begun to work.
     *
     * @param status HTTP status
     */
    record Failed(int status) implements AgentEnd {}

    /**
     * The connection ended, or what came over it is no stream.
     *
     * @param why for the log
     */
    record Lost(String why) implements AgentEnd {}
}
