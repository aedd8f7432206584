package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** How much all logs in Redis take together, and what is dropped when it is too much. Any thread. */
final class Room {
    private final SharedLog log;
    private final Keys keys;
    private final long bound;
    private volatile boolean full;
    private volatile long toFree;

    Room(SharedLog log, Keys keys, long bound) {
        this.log = log;
        this.keys = keys;
        this.bound = bound;
    }

    /** True if open streams leave no room for another one. */
    boolean isFull() {
        return full;
    }

    /** Goes over all partitions; {@code open} is told each one's open streams, with the nodes that write them. */
    void sweep(Consumer<Map<StreamId, String>> open) {
        var bytes = new AtomicLong();
        var left = new AtomicInteger(keys.partitions());
        long share = toFree / keys.partitions();
        for (int partition = 0; partition < keys.partitions(); partition++) {
            log.sweep(partition, share).whenComplete((swept, failure) -> {
                if (failure == null) {
                    bytes.addAndGet(swept.bytes());
                    open.accept(swept.open());
                }
                if (left.decrementAndGet() == 0) {
                    swept(bytes.get());
                }
            });
        }
    }

    private void swept(long bytes) {
        full = bytes >= bound && toFree > 0;
        toFree = bytes >= bound ? bytes - bound + bound / 5 : 0;
    }
}
