package io.weir.bench.fanout;

import io.weir.bench.peer.RunningPeer.Held;

/**
 * What idle sockets take.
 *
 * @param peer its name
 * @param sockets sockets that were opened between the two readings
 * @param before what the server held before
 * @param after what it held with them
 */
record Idle(String peer, int sockets, Held before, Held after) {
    double residentBytesEach() {
        return (double) (after.residentBytes() - before.residentBytes()) / sockets;
    }

    /** NaN where the server is no JVM. */
    double heapBytesEach() {
        return before.heapBytes().isPresent() && after.heapBytes().isPresent()
                ? (double) (after.heapBytes().getAsLong() - before.heapBytes().getAsLong()) / sockets
                : Double.NaN;
    }
}
