package io.weir.gateway.metering;

import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;

/** What became of a reserve that this gateway has made itself. */
public sealed interface Reserved {
    /**
     * Credits are held, and nobody has claimed the stream yet.
     *
     * @param hold metering's answer; the stream that it names may be one that was asked for before, by the same key
     */
    record Held(ReserveReply hold) implements Reserved {}

    /**
     * The key, or the topic, stands for a stream that has been claimed already.
     *
     * @param stream that stream
     */
    record Known(StreamId stream) implements Reserved {}

    /**
     * Nothing is held.
     *
     * @param type what the caller is told
     * @param detail text for the caller
     */
    record Refused(ProblemType type, String detail) implements Reserved {}
}
