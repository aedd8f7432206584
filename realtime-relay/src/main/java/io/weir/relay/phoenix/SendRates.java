package io.weir.relay.phoenix;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How much each account sends over HTTP, in this process. Safe for any thread. */
@Singleton
class SendRates {
    private final int perSecond;
    private final LongSupplier nanoTime;
    private final Map<String, RateLimit> limits;

    @Inject
    SendRates(HttpBroadcastConfig config) {
        this(config, System::nanoTime);
    }

    SendRates(HttpBroadcastConfig config, LongSupplier nanoTime) {
        this.perSecond = config.perSecond();
        this.nanoTime = nanoTime;
        int bound = config.accounts();
        this.limits = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, RateLimit> eldest) {
                return size() > bound;
            }
        };
    }

    /**
     * What came of a request.
     *
     * @param within true if it is within the rate
     * @param limit messages a second
     * @param remaining messages that may follow at once
     */
    record Verdict(boolean within, int limit, int remaining) {}

    /** Counts {@code messages} of {@code sender}, or none of them. */
    synchronized Verdict count(String sender, int messages) {
        long now = nanoTime.getAsLong();
        RateLimit rate = limits.computeIfAbsent(
                sender, _ -> new RateLimit(perSecond, Duration.ofSeconds(1).toNanos(), now));
        boolean within = rate.take(messages, now);
        return new Verdict(within, perSecond, rate.remaining());
    }
}
