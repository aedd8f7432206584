package io.weir.edge.holds;

import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.StreamId;

/** What came of a reserve. A refusal is a {@link io.weir.edge.problems.ProblemException} instead. */
public sealed interface Reservation {
    /**
     * Credits are held, and no gateway has claimed the stream: it is to be dispatched.
     *
     * @param reply what was granted, and for which stream: another than was asked for where the answer to an earlier
     *     request of the same key was lost
     */
    record Held(ReserveReply reply) implements Reservation {}

    /**
     * The idempotency key stands for a stream that runs or has run, which is to be read; nothing new was held.
     *
     * @param stream that stream
     */
    record Known(StreamId stream) implements Reservation {}
}
