package io.weir.relay.phoenix;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When topics were joined first whose join was answered and then reset because its token did not come: the client takes
 * itself for joined since then. Kept for a while, for as many topics as a socket may join. On the socket's loop.
 */
final class EarlyJoins {
    private final long windowNanos;
    private final int maxTopics;
    private final Map<String, Moment> joined = new LinkedHashMap<>(2);

    /** Nothing was joined. */
    EarlyJoins(SocketConfig config) {
        this.windowNanos = config.lateWindow().toNanos();
        this.maxTopics = config.channels();
    }

    /**
     * When a join was answered.
     *
     * @param millis Unix time
     * @param nanos the same moment on the monotonic clock
     */
    record Moment(long millis, long nanos) {}

    /** The join of {@code topic} that was answered then is reset. At the bound it is as if it had not been. */
    void reset(String topic, Moment moment) {
        if (joined.size() < maxTopics) {
            joined.put(topic, moment);
        }
    }

    /** When the topic was joined first; null if it was not, or too long ago. It is forgotten. */
    @Nullable
    Moment take(String topic, long nowNanos) {
        Moment moment = joined.remove(topic);
        return moment == null || isOver(moment, nowNanos) ? null : moment;
    }

    /** The client has left {@code topic}. */
    void forget(String topic) {
        joined.remove(topic);
    }

    /** Forgets what is too long ago. */
    void expire(long nowNanos) {
        joined.values().removeIf(moment -> isOver(moment, nowNanos));
    }

    private boolean isOver(Moment moment, long nowNanos) {
        return nowNanos - moment.nanos() > windowNanos;
    }
}
