package io.weir.relay.delivery;

/** Something encoded for one connection. Shared between connections, so nobody writes to it. */
public interface Frame {
    /** Bytes that it costs to keep. */
    int weight();
}
