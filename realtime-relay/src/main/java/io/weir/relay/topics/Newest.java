package io.weir.relay.topics;

/** Something of which only the newest counts, such as a picture of a camera. Safe for any thread. */
@FunctionalInterface
public interface Newest {
    /** What a subscriber is told that has missed {@code skipped} others since the last one. */
    Broadcast told(long skipped);
}
