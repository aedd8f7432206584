package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.weir.streams.run.Deltas.Place;
import java.util.function.LongFunction;

/** Gets an agent's answer as canonical events without offsets, in order, on the call's loop. */
public interface AgentListener {
    /**
     * One event that is no delta and no terminal.
     *
     * @param type its type
     * @param commits it shows that the agent has begun to act: an output item that is no message
     * @param json writes it once its offset is known
     */
    void event(String type, boolean commits, LongFunction<ByteBuf> json);

    /**
     * Deltas of one type at one place, none empty, as they came in one read from the socket.
     *
     * @param text escaped, concatenated
     * @param ends end of each delta in {@code text}
     */
    void deltas(String type, Place place, ByteBuf text, int[] ends);

    /** The model that the agent names. */
    void model(String model);

    /** The last call, unless the call was cancelled. */
    void end(AgentEnd end);
}
