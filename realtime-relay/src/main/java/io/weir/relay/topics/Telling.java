package io.weir.relay.topics;

import io.weir.streams.life.StreamLog.Reading;
import java.util.Optional;
import java.util.function.Consumer;

/** A stream that is told on a topic, as its subscribers see it. Safe for any thread. */
public interface Telling {
    /** The stream, in the topic's words. */
    Voice voice();

    /**
     * Reads the log; empty once it is not here any more. The answer comes on the topic's loop, in the same step in which it
     * was read: nothing is told between the two.
     */
    void read(long after, int maxBytes, Consumer<Optional<Reading>> answer);

    /** Where it is counted what viewers get. */
    ViewerFigures figures();

    /** When the stream was opened here, in nanoseconds of the monotonic clock. */
    long openedNanos();

    /** True while somebody wants to know what has reached whom. */
    boolean wantsDeliveries();

    /** Something new has reached a subscriber; told once until it was collected. */
    void delivered(Delivery delivery);
}
