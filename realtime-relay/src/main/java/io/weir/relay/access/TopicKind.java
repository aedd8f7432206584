package io.weir.relay.access;

/** How what is said on a topic reaches a subscriber that is slow. */
public enum TopicKind {
    /** Everything in its order; a stream's deltas are merged. */
    STREAMS,
    /** Only the newest counts: what a subscriber has not been sent when the next comes, it skips. */
    NEWEST
}
