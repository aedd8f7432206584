package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.streams.run.Run;

/**
 * What a {@link Producer} asks of the world around it. Every call is made on the stream's own thread (its event loop, or
 * the simulation), returns at once and never calls back into the producer before it has returned; answers come later
 * through the producer's {@code on…} methods, or never.
 */
public interface ProducerPorts {
    /** Shows a run to the direct reader, if there is one. In offset order, each offset once. */
    void toReader(Run run);

    /**
     * Ends the direct reader's connection without a terminal: the log was ended by somebody else, or may have been. The
     * reader resumes from the log, which knows the one true ending.
     */
    void abandonReader();

    /**
     * Sends a run to the relay's log. Called again from the nacked head after a nack or a new connection, and from the
     * acknowledged head where acknowledgements stay away. Without a connection the port drops it.
     */
    void append(Run run);

    /**
     * Counts the tokens of deltas; the answer is {@link Producer#onCounted}. Called for every accepted delta, in order.
     * The port may collect several calls and count off the loop.
     *
     * @param text escaped JSON string content of the deltas
     * @param ends end of each delta in {@code text}, in bytes
     * @param urgent text is held back until this count is known: do not wait for more
     */
    void count(ByteBuf text, int[] ends, boolean urgent);

    /** Sends one update that asks for an extension, at once; answered by {@link Producer#onUpdateReply}. */
    void update(UpdateBatch.Update update);

    /**
     * Reason and totals are fixed: what {@link #settle} will be asked for. A gateway writes it into its journal now, and
     * says so by {@link Producer#onFixed}; the terminal leaves after that, or after {@link ProducerBounds#journalPatience}.
     * Should the process die before it settles, the next one settles exactly this: what log and reader may have seen.
     *
     * @return true if there is nothing to wait for
     */
    boolean fixed(SettleRequest request);

    /** Settles the hold; the port repeats it until acknowledged, across outages of metering, from a journal. */
    void settle(SettleRequest request);

    /** Closes the agent's socket at once; nothing that it still sends is wanted. Called once, for every ending. */
    void closeAgent();

    /** Everything is acknowledged: the stream may be forgotten. The last call. */
    void closed();
}
