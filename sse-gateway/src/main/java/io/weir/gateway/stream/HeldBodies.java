package io.weir.gateway.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of request bodies this process holds, and may. Thread-safe. */
@ApplicationScoped
public class HeldBodies {
    /** Bytes of request bodies that are being read, or that open streams keep. */
    static final String HELD = "weir.gateway.bodies.held";

    private final AtomicLong held = new AtomicLong();
    private final long limit;

    /** Holds nothing yet. */
    public HeldBodies(GatewayConfig config, MeterRegistry registry) {
        this.limit = config.limits().bodies().asLongValue();
        registry.gauge(HELD, held);
    }

    /** A body of which nothing is held yet. */
    Share share() {
        return new Share();
    }

    /** What one body takes of the whole. One thread at a time. */
    final class Share {
        private final AtomicLong bytes = new AtomicLong();

        /** Grows to so many bytes; false, and nothing changes, if they are not there. */
        boolean growTo(long wanted) {
            long more = wanted - bytes.get();
            if (more <= 0) {
                return true;
            }
            if (held.addAndGet(more) > limit) {
                held.addAndGet(-more);
                return false;
            }
            bytes.addAndGet(more);
            return true;
        }

        /** Gives everything back; again is nothing. */
        void release() {
            held.addAndGet(-bytes.getAndSet(0));
        }
    }
}
