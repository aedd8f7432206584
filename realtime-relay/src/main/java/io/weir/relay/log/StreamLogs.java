package io.weir.relay.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.loop.Loop;
import io.weir.streams.life.StreamLog;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** All logs of this process, within a bound of bytes. Any thread. */
@Singleton
public class StreamLogs {
    private static final Logger LOG = Logger.getLogger(StreamLogs.class);
    private static final long SWEEP_MILLIS = 30_000;

    /** Where nothing could be dropped, nothing is looked for again for so long. */
    private static final long RESPITE_NANOS = Duration.ofSeconds(1).toNanos();

    private final LogConfig config;
    private final ChunkPool pool;
    private final LongSupplier nanos;
    private final Vertx vertx;
    private final Map<StreamId, LiveStream> streams = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean evicting = new AtomicBoolean();
    private volatile long triedNanos;

    @Inject
    StreamLogs(LogConfig config, Vertx vertx, MeterRegistry meters) {
        this(config, vertx, meters, System::nanoTime);
    }

    /** With a clock of its own, in nanoseconds. */
    StreamLogs(LogConfig config, Vertx vertx, MeterRegistry meters, LongSupplier nanos) {
        this.config = config;
        this.vertx = vertx;
        this.nanos = nanos;
        this.pool = new ChunkPool(config.idle().asLongValue());
        this.triedNanos = nanos.getAsLong() - RESPITE_NANOS;
        meters.gaugeMapSize("relay.logs", List.of(), streams);
        meters.gauge("relay.logs.bytes", List.of(), bytes, AtomicLong::doubleValue);
        meters.gauge("relay.logs.bytes.average", List.of(), this, StreamLogs::averageBytes);
        meters.gauge("relay.logs.bytes.direct", List.of(), pool, ChunkPool::directBytes);
        meters.gauge("relay.logs.open", List.of(), this, logs -> logs.open().count());
        meters.gauge("relay.logs.oldest.seconds", List.of(), this, StreamLogs::oldestSeconds);
        vertx.setPeriodic(SWEEP_MILLIS, _ -> evict());
    }

    private double averageBytes() {
        int count = streams.size();
        return count == 0 ? 0 : (double) bytes.get() / count;
    }

    /** Age of the oldest log. */
    private double oldestSeconds() {
        long now = nanos.getAsLong();
        return streams.values().stream()
                        .mapToLong(stream -> now - stream.openedNanos())
                        .max()
                        .orElse(0)
                / 1e9;
    }

    @PreDestroy
    void close() {
        streams.values().forEach(stream -> stream.loop().run(stream::evict));
        streams.clear();
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

    /** Bytes of direct memory that logs have; those of dropped ones until their loop has given them back. */
    long directBytes() {
        return pool.takenBytes();
    }

    /** The log of a stream, made on {@code loop} if there is none; empty where there is no room for another one. */
    public Optional<LiveStream> obtain(StreamId id, StreamHeader header, Loop loop) {
        LiveStream known = streams.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (isFull()) {
            evict();
            if (isFull()) {
                return Optional.empty();
            }
        }
        return Optional.of(streams.computeIfAbsent(id, _ -> {
            var log = new StreamLog(new DirectRuns(pool), config.stream().asLongValue());
            var stream = new LiveStream(id, header, loop, log, this::changed, nanos);
            bytes.addAndGet(stream.weight());
            return stream;
        }));
    }

    private boolean isFull() {
        return bytes.get() >= config.total().asLongValue();
    }

    /** A log has grown or shrunk. What may be dropped goes when the bound is reached, not when the next stream comes. */
    private void changed(long by) {
        bytes.addAndGet(by);
        if (by > 0 && isFull() && !isHopeless() && evicting.compareAndSet(false, true)) {
            vertx.runOnContext(_ -> {
                evicting.set(false);
                evict();
            });
        }
    }

    private boolean isHopeless() {
        return nanos.getAsLong() - triedNanos < RESPITE_NANOS;
    }

    private record Idle(LiveStream stream, long nanos) {}

    /**
     * Drops finished logs that are past their time, and more of them while the bound is reached. Where that is not enough,
     * the old part of open ones becomes plain text, soon.
     */
    void evict() {
        long now = nanos.getAsLong();
        streams.values().stream()
                .filter(StreamLogs::mayGo)
                .filter(stream -> now - stream.usedNanos() >= config.kept().toNanos())
                .forEach(this::drop);
        if (isFull() && !isHopeless()) {
            makeRoom(now);
        }
    }

    private void makeRoom(long now) {
        long bound = config.total().asLongValue();
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
        if (isFull()) {
            triedNanos = now;
            open().forEach(stream -> stream.loop().run(stream::compact));
        }
    }

    /** Drops the log of a finished stream that {@code messages} has; false if there is none. */
    public boolean forget(StreamId id) {
        Optional<LiveStream> stream = find(id).filter(StreamLogs::mayGo);
        stream.ifPresent(this::drop);
        return stream.isPresent();
    }

    /**
     * Drops a log that is only a copy: another node has it. On the copy's loop, where the caller has seen that nobody follows
     * it. It goes within this call: who looks next finds it gone, and does not wait at it for what will never come.
     */
    public void release(LiveStream copy) {
        if (forgotten(copy)) {
            copy.evict();
        }
    }

    private static boolean mayGo(LiveStream stream) {
        return stream.isEnded() && stream.isStored();
    }

    private void drop(LiveStream ended) {
        if (forgotten(ended)) {
            ended.loop().run(ended::evict);
        }
    }

    /** True for the one caller that has taken the log from the map. Nothing is added to it after that: its weight stays. */
    private boolean forgotten(LiveStream stream) {
        if (!streams.remove(stream.id(), stream)) {
            return false;
        }
        bytes.addAndGet(-stream.weight());
        LOG.debugf("log evicted stream=%s", stream.id());
        return true;
    }
}
