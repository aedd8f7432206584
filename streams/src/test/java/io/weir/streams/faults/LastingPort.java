package io.weir.streams.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A free port for a server that goes away and comes back on it. It lies below the ports that systems give to outgoing
 * connections (Linux from 32768, others from 49152), any of which could take it meanwhile.
 */
public final class LastingPort {
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 100;
    private static final Duration LET_GO = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(1);

    private LastingPort() {}

    /** A port of the loopback address that nobody listens on now. */
    public static int find() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException _) {
                // Somebody listens there: another one.
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
    }

    /**
     * Waits until nobody listens on a port, so that a server that was just closed can come back. A Java selector closes a
     * channel for the system only on its next turn, which may be after the close is said to be done.
     *
     * @throws IllegalStateException if somebody still listens there after 10 s
     */
    public static void awaitFree(int port) {
        long giveUp = System.nanoTime() + LET_GO.toNanos();
        while (true) {
            try (var socket = new ServerSocket()) {
                // As servers do, so that connections of a moment ago do not count.
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException taken) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new IllegalStateException("somebody still listens on port " + port, taken);
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }
}
