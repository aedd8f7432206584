package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads the events of one agent dialect. */
interface DialectReader {
    /**
     * One event.
     *
     * @param type the {@code event:} field, if it has one
     * @return false for what only keeps the connection open: it is no progress of the answer
     */
    boolean event(@Nullable String type, ByteBuf data);

    /** The socket has been read empty for now. */
    void readComplete();

    /**
     * The response has ended regularly; what does that mean in this dialect?
     *
     * @param done it ended with {@code [DONE]}, and not just so
     */
    AgentEnd atEndOfBody(boolean done);

    /** True once the agent has ended its answer itself. */
    boolean ended();
}
