package io.weir.relay.topics;

import io.weir.contracts.id.StreamId;
import io.weir.relay.presence.PresenceMessage;

/** What one topic tells the same topic on other nodes, beside what its subscribers say. Any of it may be lost on the way. */
public sealed interface NodeWord {
    /** Who is present. */
    record Present(PresenceMessage message) implements NodeWord {}

    /**
     * Somebody types, or no longer does.
     *
     * @param account the person
     * @param on true while typing; said again now and then
     */
    record Types(String account, boolean on) implements NodeWord {}

    /**
     * How far a stream has reached an account on the sender's node.
     *
     * @param stream the stream
     * @param account the person
     * @param delivered last offset that was handed over
     * @param read last offset that was read
     */
    record Reached(StreamId stream, String account, long delivered, long read) implements NodeWord {}

    /**
     * Somebody on the sender's node wants to know how far streams have reached whom, or nobody any more.
     *
     * @param wanted said again now and then while true
     */
    record WantsReceipts(boolean wanted) implements NodeWord {}
}
