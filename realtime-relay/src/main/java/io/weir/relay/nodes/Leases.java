package io.weir.relay.nodes;

import io.weir.relay.redis.Redis;
import io.weir.relay.redis.Script;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Which nodes are there: each renews a lease in Redis, by Redis' clock. Any thread. */
final class Leases {
    private static final Script ALIVE = Script.resource(Leases.class, "alive.lua");

    private final Redis redis;
    private final String key;
    private final String node;
    private final long leaseMillis;
    private volatile Set<String> alive = Set.of();
    private volatile long heardNanos;
    private volatile boolean heard;
    private long graceNanos;
    private boolean grace;

    Leases(Redis redis, Keys keys, String node, long leaseMillis) {
        this.redis = redis;
        this.key = keys.nodes();
        this.node = node;
        this.leaseMillis = leaseMillis;
    }

    /** Renews this node's lease; {@code lost} is told which nodes have gone since the last time. */
    void renew(Consumer<Set<String>> lost) {
        redis.run(
                        ALIVE,
                        List.of(key),
                        node.getBytes(StandardCharsets.UTF_8),
                        Long.toString(leaseMillis).getBytes(StandardCharsets.UTF_8))
                .thenAccept(answer -> {
                    boolean certain = (Long) answer.get(0) == 1;
                    renewed(certain, texts((List<?>) answer.get(1)), lost);
                });
    }

    /**
     * Where our own lease is gone too, Redis has forgotten everything or was away: it cannot tell then who has gone, until
     * all have had the time to renew theirs.
     */
    private synchronized void renewed(boolean certain, Set<String> listed, Consumer<Set<String>> lost) {
        long nanos = System.nanoTime();
        if (!certain) {
            graceNanos = nanos + leaseMillis * 1_000_000;
            grace = heard;
        } else if (graceNanos - nanos <= 0) {
            grace = false;
        }
        Set<String> now = new HashSet<>(listed);
        Set<String> gone = new HashSet<>(alive);
        gone.removeAll(listed);
        if (grace) {
            now.addAll(gone);
            gone.clear();
        }
        alive = now;
        heardNanos = nanos;
        heard = true;
        if (!gone.isEmpty()) {
            lost.accept(gone);
        }
    }

    /** True if a node may be there: it has a lease, or we do not know for certain because Redis is away. */
    boolean mayBeAlive(String other) {
        return !areKnown() || alive.contains(other);
    }

    /** True if Redis has answered within a lease. */
    boolean areKnown() {
        return heard && System.nanoTime() - heardNanos < leaseMillis * 1_000_000;
    }

    static Set<String> texts(List<?> answer) {
        Set<String> texts = new HashSet<>();
        for (Object value : answer) {
            texts.add(new String((byte[]) value, StandardCharsets.UTF_8));
        }
        return texts;
    }
}
