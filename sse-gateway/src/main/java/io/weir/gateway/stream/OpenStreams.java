package io.weir.gateway.stream;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that this process has open or is about to claim, and their clock. */
@ApplicationScoped
public class OpenStreams {
    private static final long TICK_MILLIS = 100;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final StreamMetrics metrics;
    private final Map<StreamId, LiveStream> streams = new ConcurrentHashMap<>();
    private final Map<EventLoop, Set<LiveStream>> ticking = new ConcurrentHashMap<>();
    private volatile boolean draining;

    OpenStreams(Vertx vertx, GatewayConfig config, StreamMetrics metrics) {
        this.vertx = vertx;
        this.config = config;
        this.metrics = metrics;
    }

    /** True while new streams are taken. */
    boolean accepting() {
        return !draining && streams.size() < config.limits().streams();
    }

    /** True once this process is leaving. */
    public boolean draining() {
        return draining;
    }

    /** Number of streams that are open or wait for their last acknowledgement. */
    public int size() {
        return streams.size();
    }

    /** Takes a stream up unless this process has it already. Called on the stream's loop. */
    boolean add(LiveStream stream, Context context) {
        if (streams.putIfAbsent(stream.stream(), stream) != null) {
            return false;
        }
        metrics.opened();
        loop(context).add(stream);
        return true;
    }

    /** The stream is over, or was not ours. Called on the stream's loop. */
    void remove(LiveStream stream, Context context) {
        if (streams.remove(stream.stream(), stream)) {
            metrics.closed();
            loop(context).remove(stream);
        }
    }

    /** True if this process has the stream. */
    boolean has(StreamId stream) {
        return streams.containsKey(stream);
    }

    /**
     * Ends a stream for a reason of ours; its first cause wins. Any thread.
     *
     * @return false if it is not open here
     */
    public boolean stop(StreamId id, EndReason reason) {
        LiveStream stream = streams.get(id);
        if (stream == null || !stream.isOpen()) {
            return false;
        }
        stream.stop(reason);
        return true;
    }

    /** How far a stream that this process has open has reached whom. Any thread. */
    Optional<Receipts> receipts(StreamId id) {
        return Optional.ofNullable(streams.get(id)).map(LiveStream::receipts);
    }

    /** Asks every stream for its figures. Any thread. */
    void report() {
        streams.values().forEach(stream -> stream.run(stream::report));
    }

    /** Takes no new streams from now on. */
    void drain() {
        draining = true;
    }

    /** Ends all that is still open. */
    void stopAll(EndReason reason) {
        streams.values().forEach(stream -> stream.stop(reason));
    }

    /** One set per event loop, ticked on that loop while the process lives. */
    private Set<LiveStream> loop(Context context) {
        return ticking.computeIfAbsent(((ContextInternal) context).nettyEventLoop(), _ -> {
            Set<LiveStream> set = ConcurrentHashMap.newKeySet();
            vertx.setPeriodic(TICK_MILLIS, _ -> {
                long now = System.nanoTime();
                set.forEach(stream -> stream.tick(now));
            });
            return set;
        });
    }
}
