package io.weir.gateway.posted;

/** Who may post a stream to a topic. */
public enum Right {
    /** Every account: the topic of this name is its own, and no other account's. */
    OWN,
    /** Whoever does so first, once. */
    FIRST_WRITER,
    /** Members of the {@code workspace} that the topic names, and workers. */
    MEMBER
}
