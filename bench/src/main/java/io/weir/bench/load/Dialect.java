package io.weir.bench.load;

import io.weir.bench.wire.FrameReader;
import io.weir.bench.wire.Framing;
import io.weir.bench.wire.Upgrade;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * How a subscriber of one kind of server opens its socket, follows a topic and stays alive; WebSockets, unless it says
 * otherwise. One instance for all.
 */
interface Dialect {
    /** Path and query of the request. */
    String path(int topic);

    /** More headers of the request. */
    default Map<String, String> headers() {
        return Map.of();
    }

    /** The request that a subscriber begins with. */
    default ByteBuffer request(String authority, int subscriber, int topic) {
        return Upgrade.request(authority, path(topic), headers());
    }

    /**
     * Moves the position behind the head of the response to this subscriber, if it is all there.
     *
     * @return whether it was
     * @throws IOException if the server refuses
     */
    default boolean passed(ByteBuffer in, int subscriber) throws IOException {
        return Upgrade.passed(in);
    }

    /** What finds messages behind that head, for one subscriber. */
    default Framing framing() {
        return FrameReader::read;
    }

    /** What a subscriber sends when its socket is open; empty where the server speaks first or nothing is needed. */
    Optional<String> greeting(int subscriber, int topic);

    /** Whether the socket follows its topic as soon as it is open. */
    default boolean isReadyWhenOpen() {
        return false;
    }

    /** What follows from a text that comes before the subscriber is ready. */
    Step hear(String text, int topic);

    /** The request that stops what this ready subscriber follows; empty where closing its socket does. On the loop's thread. */
    default Optional<ByteBuffer> stop(String authority, int subscriber) {
        return Optional.empty();
    }

    /** The answer to a frame of one byte, once the subscriber is ready. */
    default Optional<String> keepAlive(byte only) {
        return Optional.empty();
    }

    /** What a ready subscriber sends every 20 s. */
    default Optional<String> heartbeat() {
        return Optional.empty();
    }

    /** The next step of getting ready. */
    sealed interface Step {
        /** The subscriber follows its topic. */
        record Ready() implements Step {}

        /** The subscriber follows this topic, which the server has chosen. */
        record Follow(int topic) implements Step {}

        /** The subscriber sends this and goes on waiting. */
        record Say(String text) implements Step {}

        /** Nothing follows from it. */
        record Wait() implements Step {}

        /** The server refuses. */
        record Refused(String why) implements Step {}
    }
}
