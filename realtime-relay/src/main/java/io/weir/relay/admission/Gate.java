package io.weir.relay.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.relay.admission.Admission.Admitted;
import io.weir.relay.admission.Admission.Closed;
import io.weir.relay.admission.Admission.TooFast;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Lets connections of clients in, one by one. Any thread. */
@Singleton
public class Gate {
    private final AdmissionConfig config;
    private final LongSupplier nanos;
    private final TokenBucket bucket;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter tooFast;
    private final Counter turnedAway;
    private volatile boolean leaving;

    @Inject
    Gate(AdmissionConfig config, MeterRegistry meters) {
        this(config, meters, System::nanoTime);
    }

    /** With a clock of its own, in nanoseconds. */
    Gate(AdmissionConfig config, MeterRegistry meters, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
        this.bucket = new TokenBucket(config.burst(), config.connectionsPerSecond(), nanos.getAsLong());
        this.tooFast = meters.counter("relay.admission.refused", "cause", "rate");
        this.turnedAway = meters.counter("relay.admission.refused", "cause", "closed");
        meters.gauge("relay.admission.open", List.of(), open, AtomicInteger::doubleValue);
    }

    /** Judges a handshake, before anything else is done for it. */
    Admission knock() {
        if (leaving || open.get() >= config.connections()) {
            turnedAway.increment();
            return new Closed(retryAfterSeconds());
        }
        if (!bucket.take(nanos.getAsLong())) {
            tooFast.increment();
            return new TooFast(retryAfterSeconds());
        }
        return new Admitted();
    }

    private int retryAfterSeconds() {
        return ThreadLocalRandom.current()
                .nextInt(1, Math.toIntExact(Math.max(1, config.retryAfter().toSeconds())) + 1);
    }

    /** A connection that was let in is open. */
    public void opened() {
        open.incrementAndGet();
    }

    /** It is closed. */
    public void closed() {
        open.decrementAndGet();
    }

    /** Nobody is let in from now on. */
    public void close() {
        leaving = true;
    }
}
