package io.weir.relay.delivery;

import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Delivery;
import io.weir.relay.topics.Telling;
import io.weir.relay.topics.Voice;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.run.Conflater;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber has still to be told of one stream, each offset once. Belongs to the {@link Outbound} that it is given
 * to, which guards it.
 *
 * <pre>
 *   live ── no room for what comes ──► behind ── written so far: weir.gap, then piece by piece from the log ──► live
 * </pre>
 *
 * Behind, nothing is kept here: the log has it.
 *
 * @param <F> what the connection sends
 */
public final class Tail<F extends Frame> implements Delivery {
    private static final int MAX_TEXT_BYTES = 64 * 1024;

    /**
     * Encodes what is said.
     *
     * @param <F> what the connection sends
     */
    @FunctionalInterface
    public interface Encoder<F extends Frame> {
        /** Null where the connection has no form for it. */
        @Nullable
        F encode(Broadcast broadcast);
    }

    private final Telling telling;
    private final Encoder<F> encoder;
    private final String account;
    private final Conflater waiting = new Conflater(Long.MAX_VALUE);
    private Voice.@Nullable Said newest;
    private Voice.@Nullable Said snapshot;
    /** Last offset taken. */
    private long cursor;
    /** Last offset that was taken out to be sent. */
    private long sent;
    /** Last offset that there was no room for. */
    private long lost;

    private @Nullable Runnable caughtUp;
    private boolean behind;
    private boolean announced;
    private boolean asked;
    private boolean ended;
    /** Where the first text ends that was taken as it came; below 0 until there is any, 0 once it no longer counts. */
    private volatile long firstText = -1;
    /** The log is not here any more, and somebody has to be told. */
    private boolean gone;

    private int askedTimes;
    private volatile long delivered;
    private volatile boolean reported;
    /** Of the outbound. */
    boolean queued;

    /**
     * The tail of a subscriber that has everything up to {@code cursor}, or does not need it.
     *
     * @param account who the subscriber is
     */
    public Tail(Telling telling, Encoder<F> encoder, String account, long cursor) {
        this.telling = telling;
        this.encoder = encoder;
        this.account = account;
        this.cursor = cursor;
        this.sent = cursor;
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public Telling telling() {
        return telling;
    }

    @Override
    public long delivered() {
        return delivered;
    }

    /** Reads from the log from now on, until it is at its head. */
    void resume(Runnable whenCaughtUp) {
        behind = true;
        announced = true;
        firstText = 0;
        caughtUp = whenCaughtUp;
    }

    /** Takes what is said about a run; what is known already is cut off. */
    void offer(Voice.Said said) {
        Run run = said.run();
        if (ended) {
            return;
        }
        if (behind) {
            lost = Math.max(lost, run.last());
        } else if (run instanceof Run.Terminal) {
            add(run);
            newest = said;
        } else if (run.last() > cursor) {
            add(run instanceof Deltas deltas && run.first() <= cursor ? deltas.after(cursor) : run);
            newest = said;
        }
    }

    private void add(Run run) {
        if (run instanceof Deltas deltas) {
            telling.figures().taken(deltas.count());
            firstText = firstText < 0 ? deltas.last() : firstText;
        }
        waiting.offer(run);
        cursor = Math.max(cursor, run.last());
        ended = run instanceof Run.Terminal;
    }

    /** Takes all text so far; it replaces what waits. */
    void offerSnapshot(Voice.Said said) {
        if (ended || (!behind && said.run().last() < cursor)) {
            return;
        }
        waiting.clear();
        newest = null;
        snapshot = said;
        firstText = firstText < 0 ? 0 : firstText;
        cursor = said.run().last();
        upToDate();
    }

    private void upToDate() {
        behind = false;
        asked = false;
        announced = false;
        lost = 0;
        askedTimes++;
    }

    /** Forgets what waits: the log has it. */
    void fallBehind() {
        if (!behind && !waiting.isEmpty()) {
            waiting.clear();
            newest = null;
            lost = cursor;
            ended = false;
            behind = true;
        }
    }

    /** Merges what waits; false if that was not worth it. */
    boolean compact() {
        return waiting.compact();
    }

    /** Weight of what waits. A snapshot is shared by all who wait for it. */
    long weight() {
        return waiting.pendingBytes();
    }

    /** True if nothing can be taken out. */
    boolean isIdle() {
        return snapshot == null && waiting.isEmpty() && !gone && (!behind || asked);
    }

    /** Takes out what is said next; may be nothing although more waits. */
    List<Broadcast> poll() {
        Voice.Said all = snapshot;
        if (all != null) {
            snapshot = null;
            sent = all.run().last();
            return all.broadcasts();
        }
        Run run = waiting.poll(MAX_TEXT_BYTES);
        if (run != null) {
            sent = Math.max(sent, run.last());
            if (run instanceof Deltas) {
                telling.figures().told();
            }
            Voice.Said said = newest;
            return said != null && said.run() == run
                    ? said.broadcasts()
                    : telling.voice().render(run);
        }
        newest = null;
        if (behind && !announced) {
            announced = true;
            return List.of(telling.voice().gap(sent + 1, lost));
        }
        if (gone) {
            gone = false;
            return List.of(Voice.lost(telling.voice().stream(), sent + 1));
        }
        return List.of();
    }

    /** The question for the log that is due now, by its number. */
    Optional<Integer> ask() {
        if (!behind || asked || !announced || snapshot != null || !waiting.isEmpty()) {
            return Optional.empty();
        }
        asked = true;
        return Optional.of(++askedTimes);
    }

    /** Where the log is read from. */
    long position() {
        return sent;
    }

    /** The log's answer to the question of that number. What is to be done then, if the tail has caught up for the first time. */
    Optional<Runnable> take(int question, Optional<Reading> reading) {
        if (!behind || question != askedTimes) {
            return Optional.empty();
        }
        asked = false;
        reading.ifPresentOrElse(this::take, () -> {
            gone = true;
            upToDate();
        });
        Runnable then = behind ? null : caughtUp;
        caughtUp = behind ? caughtUp : null;
        return Optional.ofNullable(then);
    }

    private void take(Reading reading) {
        switch (reading) {
            case Reading.Runs(Optional<Deltas> beginning, List<Run> runs) -> {
                beginning.ifPresent(text -> {
                    snapshot = telling.voice().snapshot(text);
                    cursor = text.last();
                });
                runs.forEach(this::add);
            }
            case Reading.Waiting _, Reading.Ended _ -> {
                cursor = Math.max(cursor, sent);
                upToDate();
            }
            case Reading.Truncated truth -> {
                truth.snapshot().ifPresent(text -> snapshot = telling.voice().snapshot(text));
                add(truth.terminal());
                upToDate();
            }
        }
    }

    /** All that was taken out is with the operating system. True if somebody wants to know. */
    boolean written(long upTo) {
        delivered = Math.max(delivered, upTo);
        telling.figures().behind(Math.max(0, Math.max(cursor, lost) - upTo));
        if (firstText > 0 && upTo >= firstText) {
            firstText = 0;
            telling.figures().firstText(System.nanoTime() - telling.openedNanos());
        }
        if (reported || !telling.wantsDeliveries()) {
            return false;
        }
        reported = true;
        return true;
    }

    /** The last offset taken out. */
    long sent() {
        return sent;
    }

    @Override
    public void collected() {
        reported = false;
    }

    /** Encodes. */
    @Nullable
    F encode(Broadcast broadcast) {
        return encoder.encode(broadcast);
    }
}
