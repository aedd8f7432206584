package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads the events of one agent dialect. */
interface DialectReader {
    /**
     * One server-sent event.
     *
     * @param type the {@code event:} field, if it has one
     */
    void event(@Nullable String type, ByteBuf data);

    /** The socket has been read empty for now. */
    void readComplete();

    /** The response has ended regularly; what does that mean in this dialect? */
    AgentEnd atEndOfBody();

    /** True once the agent has ended its answer itself. */
    boolean ended();
}
