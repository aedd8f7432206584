package io.weir.gateway.stream;

import io.weir.gateway.config.Unwatched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who watches one stream: connections that end here, an edge's or in handoff a browser's, and the subscribers that the relay
 * counts, at all its nodes. While the relay cannot be heard, somebody may watch: no outage of a relay ends a stream. Stream's
 * loop only.
 */
final class Audience {
    private static final int UNKNOWN = -1;

    private final Unwatched rule;
    private final long patienceNanos;
    private final List<BooleanSupplier> connections = new ArrayList<>(1);
    private int subscribers = UNKNOWN;
    private @Nullable Long aloneNanos; // since when nobody watches; null while somebody does

    /**
     * Nobody yet.
     *
     * @param patience how long a stream may be without anybody where the rule is to stop it
     */
    Audience(Unwatched rule, Duration patience) {
        this.rule = rule;
        this.patienceNanos = patience.toNanos();
    }

    /** A connection of this process shows the stream as long as {@code open} says so. */
    void connection(BooleanSupplier open) {
        connections.add(open);
    }

    /** The relay counts so many, everywhere. */
    void subscribers(int count) {
        subscribers = count;
    }

    /** The relay cannot be heard until it counts again. */
    void relayLost() {
        subscribers = UNKNOWN;
    }

    /** True once nobody has watched for as long as is allowed. Asked again and again; time passes between two askings. */
    boolean gone(long nowNanos) {
        if (rule == Unwatched.CONTINUE) {
            return false;
        }
        connections.removeIf(open -> !open.getAsBoolean());
        if (!connections.isEmpty() || subscribers != 0) {
            aloneNanos = null;
            return false;
        }
        Long since = aloneNanos;
        if (since == null) {
            aloneNanos = nowNanos;
            return false;
        }
        return nowNanos - since >= patienceNanos;
    }
}
