package io.weir.gateway.metering;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the settles of the last day again when the database behind metering has another timeline than before: its failover
 * may have lost them. One thread, while there is something to send; a settle that was not lost is merely repeated. A
 * process that ends in the middle begins again, since the timeline is noted last.
 */
final class Resettling implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Resettling.class);

    private final SettledArchive archive;
    private final Sender sender;
    private final int underWay;
    private long known = -1; // guarded by this; -1 before the first
    private @Nullable Thread thread; // guarded by this

    /** Sends settles. */
    @FunctionalInterface
    interface Sender {
        /**
         * Sends one until metering has answered.
         *
         * @param answered told then, on any thread
         */
        void send(String key, String payload, Runnable answered);
    }

    /**
     * Nothing is sent before the first timeline is told.
     *
     * @param underWay settles that wait for an answer at a time
     */
    Resettling(SettledArchive archive, int underWay, Sender sender) {
        this.archive = archive;
        this.underWay = underWay;
        this.sender = sender;
    }

    /** Metering has told the timeline. Any thread; returns at once. */
    synchronized void timeline(long told) {
        if (told == known) {
            return;
        }
        known = told;
        if (thread == null) {
            thread = Thread.ofPlatform().name("weir-resettling").daemon(true).start(this::run);
        }
    }

    /** Stops sending. */
    @Override
    public synchronized void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        try {
            long timeline = current();
            while (timeline >= 0) {
                OptionalLong noted = archive.timeline();
                if (noted.isPresent() && noted.getAsLong() != timeline) {
                    sendAll(noted.getAsLong(), timeline);
                }
                archive.timeline(timeline);
                timeline = next(timeline);
            }
        } catch (IOException e) {
            LOG.errorf(e, "settles not sent again; tried again with the next timeline or process");
            ended();
        } catch (InterruptedException e) {
            LOG.info("settles not all sent again; the next process does");
            ended();
        }
    }

    private void sendAll(long before, long now) throws IOException, InterruptedException {
        LOG.warnf("metering's database has failed over; settles are sent again before=%d now=%d", before, now);
        var room = new Semaphore(underWay);
        int[] sent = {0};
        archive.forEach((key, payload) -> {
            room.acquire();
            sent[0]++;
            sender.send(key, payload, room::release);
        });
        room.acquire(underWay);
        LOG.infof("settles sent again count=%d", sent[0]);
    }

    private synchronized long current() {
        return known;
    }

    /** Another timeline that was told meanwhile; without one the thread ends. */
    private synchronized long next(long done) {
        if (known != done) {
            return known;
        }
        thread = null;
        return -1;
    }

    private synchronized void ended() {
        thread = null;
        known = -1;
    }
}
