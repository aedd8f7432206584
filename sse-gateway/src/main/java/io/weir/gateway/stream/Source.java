package io.weir.gateway.stream;

import io.weir.contracts.stream.EndReason;
import io.weir.streams.append.AppendFrame;

/**
 * Where the events of one open stream come from: a machine that was called, or an agent that posts them. Says what it hears
 * to its {@link Told}. Every call is made on the stream's event loop and returns at once.
 */
public interface Source {
    /** Makes the source of a stream that is about to be claimed. */
    @FunctionalInterface
    interface Opener {
        /** The source that says what it hears to {@code told}. */
        Source open(Told told);
    }

    /** How an input went. Any thread. */
    @FunctionalInterface
    interface InputAnswer {
        /** For inputs that no agent will ever hear. */
        String UNSUPPORTED = "input_not_supported";

        /**
         * The input has reached the agent, or has not.
         *
         * @param refused why it has not, safe to show to who sent it; empty if it has
         */
        void answered(String refused);
    }

    /**
     * The stream is claimed: events may come. Not called for a stream that ends at once.
     *
     * @param mostTokens most output tokens that the account can pay and the caller wants
     */
    void start(long mostTokens);

    /** Time passes. At least every 250 ms, from the start on. */
    void tick(long nowNanos);

    /** The stream ends for this reason: nothing that still comes is wanted, and whoever sends it is told at once. Called once. */
    void close(EndReason reason);

    /** Somebody with the right to do so has something to tell the agent. Answered once. */
    default void input(AppendFrame.Input input, InputAnswer answer) {
        answer.answered(InputAnswer.UNSUPPORTED);
    }
}
