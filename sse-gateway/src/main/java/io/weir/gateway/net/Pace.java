package io.weir.gateway.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often a loop reads its agents. One that is on time reads everything as it comes. One that is late lets sockets rest after
 * a read: what comes meanwhile is read, numbered and passed on as one, so a token costs less the more there is to do, here
 * and at every hop behind. All that rest are read again together.
 *
 * <p>Late is how long after its time a timer of the loop fires, smoothed: that grows with the loop's own work, and with what
 * others take of the machine. The loop's thread only.
 */
public final class Pace {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** A new look counts for one in so many. */
    private static final int SMOOTHING = 8;
    /** Less than this is what timers and schedulers do to everybody. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(7);
    /** A rest is so many times as long as what goes beyond that. */
    private static final int REST_PER_LATE = 32;
    /** Who sends that much at once has more to send, and is not to wait. */
    private static final int MUCH_BYTES = 16 * 1024;

    private final EventLoop loop;
    private final long longestNanos;
    private final LongSupplier nanos;
    private final List<Channel> resting = new ArrayList<>();
    private long lateNanos;
    private boolean looking;
    private boolean used;

    /**
     * The pace of one loop.
     *
     * @param longest longest rest; 0 for none
     * @param nanos the monotonic clock
     */
    Pace(EventLoop loop, Duration longest, LongSupplier nanos) {
        this.loop = loop;
        this.longestNanos = longest.toNanos();
        this.nanos = nanos;
    }

    /** Something was read from an agent's connection, {@code bytes} of it. */
    public void read(HttpConnection connection, int bytes) {
        read(((ConnectionBase) connection).channel(), bytes);
    }

    void read(Channel socket, int bytes) {
        if (longestNanos == 0) {
            return;
        }
        used = true;
        if (!looking) {
            looking = true;
            lookLater();
        }
        long rest = restNanos();
        if (rest > 0 && bytes < MUCH_BYTES) {
            if (resting.isEmpty()) {
                var _ = loop.schedule(this::wake, rest, TimeUnit.NANOSECONDS);
            }
            socket.config().setAutoRead(false);
            resting.add(socket);
        }
    }

    /** How long a socket that is read now is left alone. */
    long restNanos() {
        return Math.clamp(REST_PER_LATE * (lateNanos - LATE_NANOS), 0, longestNanos);
    }

    private void wake() {
        List<Channel> woken = List.copyOf(resting);
        resting.clear();
        woken.forEach(socket -> socket.config().setAutoRead(true));
    }

    private void lookLater() {
        long due = nanos.getAsLong() + LOOK_NANOS;
        var _ = loop.schedule(() -> look(due), LOOK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void look(long due) {
        long late = Math.max(0, nanos.getAsLong() - due);
        lateNanos += (late - lateNanos) / SMOOTHING;
        if (used || lateNanos > LATE_NANOS / 2) {
            used = false;
            lookLater();
        } else {
            looking = false;
            lateNanos = 0;
        }
    }
}
