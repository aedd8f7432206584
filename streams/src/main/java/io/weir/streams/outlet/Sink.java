package io.weir.streams.outlet;

import io.netty.buffer.ByteBuf;

/** One reader's connection, as an {@link Outlet} sees it. Called on the outlet's thread only. */
public interface Sink {
    /**
     * Writes bytes. The outlet does not call again before the completion has been told.
     *
     * @param bytes an unpooled buffer that the sink now owns
     * @param completion told exactly once, on the outlet's thread, inside this call or later
     */
    void write(ByteBuf bytes, Completion completion);

    /**
     * Runs work on the outlet's thread once what has already arrived there is handled, so that all of it leaves in one write;
     * within this call where there is no such moment.
     */
    default void soon(Runnable work) {
        work.run();
    }

    /** Ends the response after everything written. Called at most once, never with a write in flight. */
    void close();

    /** Learns how a write ended; that is the writability signal. */
    @FunctionalInterface
    interface Completion {
        /** The write is over: the bytes are with the operating system, or the connection is of no further use. */
        void written(boolean ok);
    }
}
