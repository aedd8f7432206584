package io.weir.relay.phoenix;

import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.phoenix.ClientFrame.UserBroadcast;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins that came without any token and wait for it, and what is said on them meanwhile. What was said on a join whose
 * token did not come in time is carried over to the next join of its topic. On the socket's loop.
 */
final class LateTokens {
    private final long patienceNanos;
    private final long carryNanos;
    private final int maxFrames;
    private final Map<String, Waiting> joins = new LinkedHashMap<>(2);
    private final Map<String, Carried> carried = new LinkedHashMap<>(2);
    private final EarlyJoins early;

    /** Nothing waits. */
    LateTokens(SocketConfig config) {
        this.early = new EarlyJoins(config);
        this.patienceNanos = config.lateToken().toNanos();
        this.carryNanos = config.lateCarry().toNanos();
        this.maxFrames = config.lateFrames();
    }

    private record Carried(List<ClientFrame> frames, long sinceNanos) {}

    /** A join that waits, and what has been said on it meanwhile. */
    static final class Waiting {
        private final Push join;
        private final JoinConfig config;
        private final long sinceNanos;
        private final EarlyJoins.Moment first;
        private final ArrayDeque<ClientFrame> frames = new ArrayDeque<>(1);

        private Waiting(Push join, JoinConfig config, long sinceNanos, EarlyJoins.Moment first) {
            this.join = join;
            this.config = config;
            this.sinceNanos = sinceNanos;
            this.first = first;
        }

        Push join() {
            return join;
        }

        JoinConfig config() {
            return config;
        }

        /** When its client was told that it is joined, now or with an earlier join; Unix time. */
        long firstMillis() {
            return first.millis();
        }

        /** What was said meanwhile, in order. */
        List<ClientFrame> frames() {
            return List.copyOf(frames);
        }
    }

    void add(Push join, JoinConfig config, EarlyJoins.Moment now) {
        long nowNanos = now.nanos();
        EarlyJoins.Moment before = early.take(join.topic(), nowNanos);
        var waiting = new Waiting(join, config, nowNanos, before == null ? now : before);
        waiting.frames.addAll(carried(join.topic(), nowNanos));
        joins.put(join.topic(), waiting);
    }

    int count() {
        return joins.size();
    }

    boolean has(String topic) {
        return joins.containsKey(topic);
    }

    /** Keeps a frame until the token is here; false where nothing waits on its topic, or too much does. */
    boolean keep(String topic, ClientFrame frame) {
        Waiting waiting = joins.get(topic);
        if (waiting == null || waiting.frames.size() >= maxFrames) {
            return false;
        }
        return waiting.frames.add(frame);
    }

    /** The join that waits on {@code topic}; it waits no longer. */
    @Nullable
    Waiting take(String topic) {
        return joins.remove(topic);
    }

    /** Nobody waits on {@code topic}, and nothing is carried over. */
    void forget(String topic) {
        joins.remove(topic);
        carried.remove(topic);
        early.forget(topic);
    }

    /** A join that waited is reset: the next one of its topic is told what it has missed. */
    void reset(Waiting waiting) {
        early.reset(waiting.join.topic(), waiting.first);
    }

    /**
     * When the client was told that it has joined {@code topic}, by a join that was reset, in Unix time; null if it was not
     * a short while ago. Asked once.
     */
    @Nullable
    Long missedMillis(String topic, long nowNanos) {
        EarlyJoins.Moment first = early.take(topic, nowNanos);
        return first == null ? null : first.millis();
    }

    /** The joins whose token has not come in time; they wait no longer, but what was said on them is carried over. */
    List<Waiting> overdue(long nowNanos) {
        early.expire(nowNanos);
        carried.values().removeIf(frames -> nowNanos - frames.sinceNanos() > carryNanos);
        List<Waiting> overdue = joins.values().stream()
                .filter(waiting -> nowNanos - waiting.sinceNanos >= patienceNanos)
                .toList();
        for (Waiting waiting : overdue) {
            joins.remove(waiting.join.topic());
            if (!waiting.frames.isEmpty()) {
                carried.put(waiting.join.topic(), new Carried(anonymous(waiting.frames), nowNanos));
            }
        }
        return overdue;
    }

    /** What is carried over to a new join of {@code topic}, once. */
    List<ClientFrame> carried(String topic, long nowNanos) {
        Carried frames = carried.remove(topic);
        return frames == null || nowNanos - frames.sinceNanos() > carryNanos ? List.of() : frames.frames();
    }

    /** Without the reference of the join that is over. */
    private static List<ClientFrame> anonymous(Iterable<ClientFrame> frames) {
        List<ClientFrame> anonymous = new ArrayList<>();
        for (ClientFrame frame : frames) {
            switch (frame) {
                case Push push -> anonymous.add(new Push(null, push.ref(), push.topic(), push.event(), push.payload()));
                case UserBroadcast said ->
                    anonymous.add(new UserBroadcast(
                            null, said.ref(), said.topic(), said.event(), said.persist(), said.json(), said.payload()));
                case ClientFrame.Malformed _ -> {}
            }
        }
        return anonymous;
    }
}
