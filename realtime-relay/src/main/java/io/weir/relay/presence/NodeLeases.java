package io.weir.relay.presence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Which other nodes are there. Safe for any thread. */
public final class NodeLeases {
    private final LongSupplier nanos;
    private final Map<NodeId, Long> endNanos = new HashMap<>();

    /**
     * Knows no node yet.
     *
     * @param nanos a monotonic clock
     */
    public NodeLeases(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The node was heard of, and is lost if it is not again for {@code lease}. A shorter lease does not end a longer one. */
    public synchronized void heard(NodeId node, Duration lease) {
        long end = nanos.getAsLong() + lease.toNanos();
        endNanos.merge(node, end, (known, given) -> given - known > 0 ? given : known);
    }

    /** The node has said that it goes. */
    public synchronized void gone(NodeId node) {
        endNanos.remove(node);
    }

    /** The nodes whose lease has run out since the last call; they are forgotten. */
    public synchronized List<NodeId> lost() {
        long now = nanos.getAsLong();
        List<NodeId> lost = new ArrayList<>();
        endNanos.forEach((node, end) -> {
            if (now - end >= 0) {
                lost.add(node);
            }
        });
        lost.forEach(endNanos::remove);
        return lost;
    }
}
