package io.weir.streams.life;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateways' leases: one per process, ended at once by a newer process of the same gateway. Names of processes ascend
 * with their starts, so a request of an older process that arrives late ends nothing, unless the newer one's lease is over.
 */
final class Leases {
    private static final class Lease {
        private long until;
        private boolean replaced;
    }

    private final long millis;
    private final Map<String, Lease> byIncarnation = new HashMap<>();
    private final Map<String, String> current = new HashMap<>();

    Leases(long millis) {
        this.millis = millis;
    }

    /** Renews the lease of a process that has shown itself. False if a newer one has taken its place. */
    boolean renew(String gateway, String incarnation, long now) {
        Lease lease = byIncarnation.computeIfAbsent(incarnation, _ -> new Lease());
        String before = current.getOrDefault(gateway, incarnation);
        if (lease.replaced || (before.compareTo(incarnation) > 0 && remaining(before, now) > 0)) {
            return false;
        }
        current.put(gateway, incarnation);
        Lease old = byIncarnation.get(before);
        if (old != null && !before.equals(incarnation)) {
            old.replaced = true;
        }
        lease.until = Math.max(lease.until, now + millis);
        return true;
    }

    /** Milliseconds that the lease still runs; 0 or less if it is lost. */
    long remaining(@Nullable String incarnation, long now) {
        Lease lease = incarnation == null ? null : byIncarnation.get(incarnation);
        return lease == null || lease.replaced ? Long.MIN_VALUE / 2 : lease.until - now;
    }

    /** Metering was away: nobody could renew, so every lease starts anew. */
    void startAnew(long now) {
        byIncarnation.values().forEach(lease -> lease.until = Math.max(lease.until, now + millis));
    }
}
