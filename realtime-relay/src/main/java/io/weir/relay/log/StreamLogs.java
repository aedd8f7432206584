package io.weir.relay.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.loop.Loop;
import io.weir.streams.life.StreamLog;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** All logs of this process, within a bound of bytes. Any thread. */
@Singleton
public class StreamLogs {
    private static final Logger LOG = Logger.getLogger(StreamLogs.class);
    private static final long SWEEP_MILLIS = 30_000;

    private final LogConfig config;
    private final Map<StreamId, LiveStream> streams = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    StreamLogs(LogConfig config, Vertx vertx, MeterRegistry meters) {
        this.config = config;
        meters.gaugeMapSize("relay.logs", List.of(), streams);
        meters.gauge("relay.logs.bytes", List.of(), bytes, AtomicLong::doubleValue);
        meters.gauge("relay.logs.open", List.of(), this, logs -> logs.open().count());
        vertx.setPeriodic(SWEEP_MILLIS, _ -> evict());
    }

    /** The log of a stream, if it is in memory. */
    public Optional<LiveStream> find(StreamId id) {
        return Optional.ofNullable(streams.get(id));
    }

    /** The streams that have not ended. */
    public Stream<LiveStream> open() {
        return streams.values().stream().filter(stream -> !stream.isEnded());
    }

    /** Bytes of all logs. */
    public long bytes() {
        return bytes.get();
    }

    /** The log of a stream, made on {@code loop} if there is none; empty where there is no room for another one. */
    public Optional<LiveStream> obtain(StreamId id, StreamHeader header, Loop loop) {
        LiveStream known = streams.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (bytes.get() >= config.total().asLongValue()) {
            evict();
            if (bytes.get() >= config.total().asLongValue()) {
                return Optional.empty();
            }
        }
        return Optional.of(streams.computeIfAbsent(
                id,
                _ -> new LiveStream(
                        id, header, loop, new StreamLog(config.stream().asLongValue()), bytes::addAndGet)));
    }

    private record Idle(LiveStream stream, long nanos) {}

    /** Drops finished logs that are past their time, and more of them while the bound is reached. */
    void evict() {
        long now = System.nanoTime();
        streams.values().stream()
                .filter(StreamLogs::mayGo)
                .filter(stream -> now - stream.usedNanos() > config.kept().toNanos())
                .forEach(this::drop);
        long bound = config.total().asLongValue();
        if (bytes.get() < bound) {
            return;
        }
        long goal = bound - bound / 5;
        // Each time is read once: readers move it while we sort.
        List<Idle> oldest = streams.values().stream()
                .filter(StreamLogs::mayGo)
                .map(stream -> new Idle(stream, now - stream.usedNanos()))
                .sorted(Comparator.comparingLong(Idle::nanos).reversed())
                .toList();
        for (Idle idle : oldest) {
            if (bytes.get() <= goal) {
                break;
            }
            drop(idle.stream());
        }
    }

    /** Drops the log of a finished stream that {@code messages} has; false if there is none. */
    public boolean forget(StreamId id) {
        Optional<LiveStream> stream = find(id).filter(StreamLogs::mayGo);
        stream.ifPresent(this::drop);
        return stream.isPresent();
    }

    private static boolean mayGo(LiveStream stream) {
        return stream.isEnded() && stream.isStored();
    }

    private void drop(LiveStream stream) {
        if (streams.remove(stream.id(), stream)) {
            // Nothing is added to a log that has ended, so its weight may be read from here.
            bytes.addAndGet(-stream.weight());
            LOG.debugf("log evicted stream=%s", stream.id());
        }
    }
}
