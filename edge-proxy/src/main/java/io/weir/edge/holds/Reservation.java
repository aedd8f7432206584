package io.weir.edge.holds;

import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.StreamId;

/** What came of a reserve. A refusal is a {@link io.weir.edge.problems.ProblemException} instead. */
public sealed interface Reservation {
    /**
     * Credits are held for the stream that was asked for.
     *
     * @param reply what was granted
     */
    record Held(ReserveReply reply) implements Reservation {}

    /**
     * The idempotency key stands for another stream, which is to be read; nothing new was held.
     *
     * @param stream that stream
     */
    record Known(StreamId stream) implements Reservation {}
}
