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

    /** Goes over all partitions; {@code left} is told each one's streams that are open or not stored, with the nodes that write them. */
    void sweep(Consumer<Map<StreamId, String>> left) {
        var bytes = new AtomicLong();
        var toCome = new AtomicInteger(keys.partitions());
        long share = toFree / keys.partitions();
        for (int partition = 0; partition < keys.partitions(); partition++) {
            log.sweep(partition, share).whenComplete((swept, failure) -> {
                if (failure == null) {
                    bytes.addAndGet(swept.bytes());
                    left.accept(swept.left());
                }
                if (toCome.decrementAndGet() == 0) {
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
