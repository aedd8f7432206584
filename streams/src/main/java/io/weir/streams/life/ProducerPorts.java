package io.weir.streams.life;

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

    /** Sends a run to the relay's log. Called again from the nacked head after a nack or a new connection. */
    void append(Run run);

    /** Puts one update of this stream into the gateway's next batch; at once if {@code update.extend()}. */
    void update(UpdateBatch.Update update);

    /** Settles the hold; the port repeats it until acknowledged, across outages of metering, from a journal. */
    void settle(SettleRequest request);

    /** Closes the agent's socket at once; nothing that it still sends is wanted. */
    void closeAgent();

    /** Everything is acknowledged: the stream may be forgotten. The last call. */
    void closed();
}
