package io.weir.gateway.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.machines.Fleet;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.metering.Settlement;
import io.weir.gateway.publish.RelayLink;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What this gateway measures. Every label value comes from an enum. */
@Startup // or nothing would be shown before the first stream
@ApplicationScoped
public class StreamMetrics {
    /** Open streams, those that wait for their last acknowledgement included. */
    static final String OPEN = "weir.gateway.streams.open";
    /** Streams ended, by reason. */
    static final String ENDED = "weir.gateway.streams.ended";
    /** Seconds from claim to first delta. */
    static final String FIRST_DELTA = "weir.gateway.stream.first.delta";
    /** Seconds from claim to terminal. */
    static final String DURATION = "weir.gateway.stream.duration";
    /** Streams by where their totals come from. */
    static final String USAGE_SOURCE = "weir.gateway.streams.usage.source";
    /** Attempts beyond a stream's first machine. */
    static final String FAILOVERS = "weir.gateway.failovers";
    /** Settles that metering has not acknowledged. */
    static final String UNSETTLED = "weir.gateway.settles.waiting";
    /** Endings that the journal's disk does not have yet. */
    static final String UNWRITTEN = "weir.gateway.journal.waiting";
    /** 1 while the append connection stands. */
    static final String RELAY = "weir.gateway.relay.connected";
    /** Machines whose last probe was good. */
    static final String HEALTHY = "weir.gateway.machines.healthy";

    private final AtomicInteger open = new AtomicInteger();
    private final Map<EndReason, Counter> ended = new EnumMap<>(EndReason.class);
    private final Map<UsageSource, Counter> sources = new EnumMap<>(UsageSource.class);
    private final Timer firstDelta;
    private final Timer duration;
    private final Counter failovers;

    /** Registers everything once. */
    public StreamMetrics(MeterRegistry registry, Settlement settlement, RelayLink relay, Fleet fleet) {
        registry.gauge(OPEN, open);
        registry.gauge(UNSETTLED, settlement, Settlement::unsettled);
        registry.gauge(UNWRITTEN, settlement, Settlement::unwritten);
        registry.gauge(RELAY, relay, link -> link.connected() ? 1 : 0);
        registry.gauge(HEALTHY, fleet, f -> healthy(f.machines()));
        for (EndReason reason : EndReason.values()) {
            ended.put(reason, registry.counter(ENDED, Tags.of("reason", reason.wire())));
        }
        for (UsageSource source : UsageSource.values()) {
            sources.put(source, registry.counter(USAGE_SOURCE, Tags.of("source", source.wire())));
        }
        this.firstDelta = registry.timer(FIRST_DELTA);
        this.duration = registry.timer(DURATION);
        this.failovers = registry.counter(FAILOVERS);
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void ended(EndReason reason, UsageSource source, Duration life) {
        count(ended.get(reason));
        count(sources.get(source));
        duration.record(life);
    }

    void firstDelta(Duration after) {
        firstDelta.record(after);
    }

    void failover() {
        failovers.increment();
    }

    private static long healthy(Collection<Machine> machines) {
        return machines.stream().filter(Machine::healthy).count();
    }

    private static void count(@org.jspecify.annotations.Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
