package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.weir.streams.run.Run;
import java.time.Duration;

/** Whoever is shown a stream as it is made, on a connection to this process. Stream's loop. */
interface DirectReader {
    /** Nobody: a stream that is read from the log alone. */
    DirectReader NONE = new DirectReader() {};

    /** The stream is claimed. */
    default void connect() {}

    /** Shows a run. */
    default void offer(Run run) {}

    /** Shows something of ours that has no offset. */
    default void weir(String type, ByteBuf json) {}

    /** Ends without a terminal: the other side resumes from the relay's log. */
    default void abandon() {}

    /** True once nothing more can be shown here. */
    default boolean closed() {
        return true;
    }

    /** Time passes. */
    default void tick(long nowNanos, Duration heartbeat) {}
}
