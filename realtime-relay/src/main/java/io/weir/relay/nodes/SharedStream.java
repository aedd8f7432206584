package io.weir.relay.nodes;

import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.relay.conversation.Retold;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamWatcher;
import io.weir.relay.nodes.SharedLog.Added;
import io.weir.relay.nodes.SharedLog.End;
import io.weir.relay.nodes.SharedLog.Opening;
import io.weir.relay.nodes.SharedLog.Piece;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One stream of which several nodes have the log. The writer has a gateway's append connection: its log grows by that, and
 * it brings the shared log after it, from its memory, as often as that takes. A follower's log grows by what the writer
 * publishes; what is missing in between is read from the shared log, once for all who follow here. On the stream's loop.
 *
 * <pre>
 *   following ── a gateway opens it here ──► writing
 *       ▲                                      │
 *       └──── another node opens it later ─────┘
 * </pre>
 */
final class SharedStream implements StreamWatcher {
    private static final Logger LOG = Logger.getLogger(SharedStream.class);
    /** What came out of order waits for the log up to this many bytes; what is beyond comes from the log too. */
    private static final int MAX_EARLY_BYTES = 1 << 20;

    private static final int MAX_BACKOFF = 10;
    /** A follower's log of a stream that has ended is kept for so many looks. */
    private static final int KEPT_LOOKS = 12;

    private final LiveStream stream;
    private final Line line;
    private final SharedLog log;
    private final NodesConfig config;
    private final Map<String, Integer> watchers = new HashMap<>();
    private final TreeMap<Long, BusFrame.Live> early = new TreeMap<>();
    private int earlyBytes;

    private boolean writing;
    private long turn;
    private String writer;
    private long epoch;

    private long sharedHead;
    private long sharedBase;
    private boolean opened;
    private boolean scheduled;
    private boolean flushing;
    private boolean again;
    private int failures;
    private boolean fencing;
    private boolean endShared;
    private boolean stored;
    private boolean storedShared;

    private boolean healing;
    private int endedLooks;
    private long wantedHead;
    private final Unheard unheard;

    SharedStream(LiveStream stream, Line line, Common common, String writer, long turn) {
        this.stream = stream;
        this.line = line;
        this.log = common.log();
        this.config = common.config();
        this.unheard = new Unheard(stream.id(), stream.loop(), common.finished());
        this.writer = writer;
        this.turn = turn;
    }

    /** What all streams here have in common. */
    record Common(SharedLog log, NodesConfig config, Unheard.Finished finished) {}

    LiveStream stream() {
        return stream;
    }

    Line line() {
        return line;
    }

    StreamId id() {
        return stream.id();
    }

    String writer() {
        return writer;
    }

    boolean isWriting() {
        return writing;
    }

    /** True if nothing is lost when this node forgets the stream: others have it, or will see to its end. */
    boolean mayGo() {
        if (writing) {
            return stream.isEnded() && endShared && storedShared;
        }
        return stream.isEnded()
                ? (!fencing || endShared) && !stream.isOwed()
                : !stream.isWatched() && !stream.isSuspect();
    }

    /** True if the stream has ended some time ago: who still wants it reads it again. */
    boolean isOver() {
        return endedLooks > KEPT_LOOKS;
    }

    // --- the writer
    // ---------------------------------------------------------------------------------------------------

    /** A gateway has opened the stream on this node. */
    void write(String node, long byEpoch, Admission.Admitted admission) {
        boolean first = !writing;
        writing = true;
        writer = node;
        epoch = byEpoch;
        turn = Math.max(turn, admission.turn());
        opened = admission.turn() > 0;
        sharedHead = admission.head();
        endShared = false;
        if (first) {
            stream.watch(this);
        }
        flushSoon(0);
    }

    /** Another node has opened it later than this one. True if that is news. */
    boolean giveWay(String node, long byEpoch, long byTurn) {
        if (byTurn <= turn) {
            return false;
        }
        turn = byTurn;
        epoch = Math.max(epoch, byEpoch);
        writer = node;
        if (writing) {
            LOG.infof("stream written elsewhere stream=%s node=%s", id(), node);
            writing = false;
            stream.unwatch(this);
            watchers.clear();
            stream.elsewhere(0);
        }
        return true;
    }

    @Override
    public void run(Run run) {
        if (fencing) {
            line.tell(new BusFrame.Head(id(), run.last()));
        } else {
            line.tell(new BusFrame.Live(id(), epoch, run));
        }
        flushSoon(run instanceof Run.Terminal ? 0 : config.batch().toMillis());
    }

    private void flushSoon(long millis) {
        if (millis == 0) {
            flush();
        } else if (!scheduled) {
            scheduled = true;
            stream.loop().later(millis, () -> {
                scheduled = false;
                flush();
            });
        }
    }

    /** Brings the shared log to where this one is. */
    void flush() {
        if (flushing) {
            again = true;
        } else if (writing || fencing) {
            again = false;
            step();
        }
    }

    private void step() {
        if (!opened) {
            after(log.open(id(), epoch, stream.header()), this::opened);
            return;
        }
        Optional<Reading> next =
                stream.read(sharedHead, Math.toIntExact(config.batchBytes().asLongValue()));
        switch (next.orElse(null)) {
            case Reading.Runs(Optional<Deltas> snapshot, List<Run> _)
            when snapshot.isPresent() -> compact(snapshot.get());
            case Reading.Runs(Optional<Deltas> _, List<Run> runs) -> {
                boolean ends = runs.getLast() instanceof Run.Terminal;
                End end = !ends ? End.NONE : fencing ? End.FENCE : End.PRODUCER;
                after(log.append(id(), epoch, runs, end), this::added);
            }
            case Reading.Waiting _ -> compactIfDue();
            case Reading.Ended _, Reading.Truncated _ -> ended();
            case null -> ended();
        }
    }

    private <T> void after(CompletionStage<T> asked, Consumer<T> then) {
        flushing = true;
        asked.whenComplete((answer, failure) -> stream.loop().run(() -> {
            flushing = false;
            if (failure == null) {
                failures = 0;
                then.accept(answer);
            } else {
                failed(failure);
            }
        }));
    }

    private void failed(Throwable failure) {
        failures++;
        if (failures == 1) {
            LOG.warnf("shared log away stream=%s cause=%s", id(), failure.getMessage());
        }
        flushSoon(config.retry().toMillis() * Math.min(failures, MAX_BACKOFF));
    }

    private void opened(Opening answer) {
        switch (answer) {
            case Opening.Opened(long head, long byTurn, boolean _) -> {
                opened = true;
                turn = Math.max(turn, byTurn);
                sharedHead = head;
                line.tell(new BusFrame.Writing(id(), epoch, stream.header(), turn, false));
                step();
            }
            case Opening.Refused(boolean _) -> refused();
        }
    }

    private void added(Added answer) {
        switch (answer) {
            case Added.Ack(long head) -> {
                sharedHead = head;
                step();
            }
            case Added.Nack(long head) -> {
                sharedHead = head;
                step();
            }
            case Added.Missing _ -> {
                LOG.warnf("shared log lost stream=%s", id());
                opened = false;
                sharedHead = 0;
                sharedBase = 0;
                step();
            }
            case Added.Refused _ -> refused();
        }
    }

    /** The beginning is text only: the shared log gets it as such. */
    private void compact(Deltas snapshot) {
        after(log.compact(id(), epoch, snapshot), answer -> {
            if (answer instanceof Added.Ack) {
                sharedBase = snapshot.last();
            }
            added(answer);
        });
    }

    private void compactIfDue() {
        long compacted = stream.compacted();
        if (compacted > sharedBase
                && stream.read(0, 1).orElse(null) instanceof Reading.Runs(Optional<Deltas> beginning, List<Run> _)
                && beginning.isPresent()) {
            sharedBase = compacted;
            after(log.compact(id(), epoch, beginning.get()), this::added);
        } else if (again) {
            flush();
        }
    }

    /** Metering has given the stream up, and another node has ended it or taken it: what stands there is the truth. */
    private void refused() {
        LOG.warnf("shared log refused stream=%s epoch=%d", id(), epoch);
        if (stream.isEnded()) {
            endShared = true;
            return;
        }
        log.read(id(), stream.head())
                .thenCompose(piece -> piece.filter(Piece::ended)
                        .map(ended -> log.read(id(), ended.head() - 1))
                        .orElseGet(() -> CompletableFuture.completedFuture(piece)))
                .exceptionally(_ -> Optional.empty())
                .thenAccept(piece -> stream.loop().run(() -> piece.ifPresent(this::endAs)));
    }

    private void endAs(Piece piece) {
        if (!stream.isEnded() && !piece.runs().isEmpty() && piece.runs().getLast() instanceof Run.Terminal end) {
            fencing = true;
            endShared = true;
            stream.fenced(new FenceReply(piece.epoch(), end.reason(), end.totals(), 0));
        } else if (!stream.isEnded()) {
            writing = false;
            stream.unwatch(this);
        }
    }

    private void ended() {
        endShared = true;
        if (stored) {
            tellStored();
        }
    }

    /** {@code messages} has the answer. */
    void stored() {
        stored = true;
        if (endShared || !writing) {
            tellStored();
        }
    }

    private void tellStored() {
        if (!storedShared) {
            storedShared = true;
            log.stored(id()).whenComplete((_, failure) -> {
                if (failure != null) {
                    stream.loop().run(() -> storedShared = false);
                }
            });
        }
    }

    /** How many follow at another node. */
    void watchers(String node, int count) {
        if (writing) {
            if (count == 0) {
                watchers.remove(node);
            } else {
                watchers.put(node, count);
            }
            stream.elsewhere(
                    watchers.values().stream().mapToInt(Integer::intValue).sum());
        }
    }

    /** Looks whether the shared log still has what it had, or whether something was missed. */
    void refresh() {
        if (stored) {
            tellStored();
        }
        if (!writing) {
            if (stream.isEnded()) {
                endedLooks++;
            } else {
                heal(stream.head());
                unheard.look(this::retell);
            }
            return;
        }
        if (flushing || endShared) {
            return;
        }
        log.refresh(id()).whenComplete((state, failure) -> stream.loop().run(() -> {
            if (failure == null && writing && !flushing) {
                opened = opened && state.isPresent();
                sharedHead =
                        Math.min(sharedHead, state.map(SharedLog.State::head).orElse(0L));
                if (state.isEmpty()) {
                    sharedBase = 0;
                }
                flush();
            }
        }));
    }

    // --- the follower
    // -------------------------------------------------------------------------------------------------

    /** The writer has published a run. */
    void live(BusFrame.Live frame) {
        if (writing || stream.isEnded()) {
            return;
        }
        if (frame.run().first() > stream.head() + 1) {
            if (earlyBytes + frame.weight() <= MAX_EARLY_BYTES
                    && early.put(frame.run().first(), frame) == null) {
                earlyBytes += frame.weight();
            }
            heal(frame.run().first() - 1);
            return;
        }
        add(frame.epoch(), frame.run(), false);
        addEarly();
    }

    private void addEarly() {
        while (!early.isEmpty() && early.firstKey() <= stream.head() + 1) {
            BusFrame.Live next = early.pollFirstEntry().getValue();
            earlyBytes -= next.weight();
            add(next.epoch(), next.run(), false);
        }
        if (early.isEmpty()) {
            earlyBytes = 0;
        }
    }

    /** Adds a run of which the beginning may be there already. */
    private void add(long byEpoch, Run run, boolean fenced) {
        epoch = Math.max(epoch, byEpoch);
        Run rest = run;
        if (run.last() <= stream.head()) {
            return;
        }
        if (run instanceof Deltas deltas && run.first() <= stream.head()) {
            rest = deltas.after(stream.head());
        }
        if (fenced && rest instanceof Run.Terminal terminal) {
            stream.fenced(new FenceReply(byEpoch, terminal.reason(), terminal.totals(), 0), terminal);
        } else {
            stream.append(byEpoch, rest);
        }
    }

    /** The log elsewhere has everything up to {@code head}. */
    void head(long head) {
        if (!writing && head > stream.head()) {
            heal(head);
        }
    }

    /** Reads from the shared log what is missing here, until it has {@code upTo}. One reading at a time. */
    void heal(long upTo) {
        wantedHead = Math.max(wantedHead, upTo);
        if (!healing) {
            healing = true;
            log.read(id(), stream.head())
                    .whenComplete((piece, failure) -> stream.loop().run(() -> {
                        if (failure == null) {
                            unheard.read(piece.isEmpty());
                        }
                        healed(failure == null ? piece : Optional.empty());
                    }));
        }
    }

    private void healed(Optional<Piece> piece) {
        healing = false;
        long before = stream.head();
        piece.ifPresent(this::take);
        if (stream.isEnded()) {
            return;
        }
        long shared = piece.map(Piece::head).orElse(0L);
        if (stream.head() < shared && stream.head() > before) {
            heal(shared);
        } else if (wantedHead > stream.head()) {
            // The writer's log is ahead of the shared one for a moment, or Redis is away.
            stream.loop().later(config.retry().toMillis() / 2, () -> {
                if (wantedHead > stream.head() && !stream.isEnded()) {
                    heal(wantedHead);
                }
            });
        }
    }

    /** What is missing comes from {@code messages}: the stream has ended, and no log of it is left. */
    private void retell(Retold told) {
        if (writing || stream.isEnded()) {
            return;
        }
        LOG.infof("end of a stream found in messages stream=%s head=%d", id(), stream.head());
        Run.Terminal terminal = told.terminal();
        if (stream.head() >= terminal.offset()) {
            // Its gateway was given up behind what was heard here.
            stream.fenced(new FenceReply(epoch, terminal.reason(), terminal.totals(), 0));
        } else if (told.isCutAt(stream.head())) {
            told.all().forEach(run -> add(epoch, run, false));
        } else {
            told.snapshot().filter(text -> text.last() > stream.head()).ifPresent(text -> stream.restore(epoch, text));
            add(epoch, terminal, false);
        }
    }

    /** The same where the writer has gone and left the shared log without the rest: it gets that from here. */
    void share(Retold told, long byEpoch) {
        if (writing || stream.isEnded()) {
            return;
        }
        epoch = Math.max(epoch, byEpoch);
        sharedHead = stream.head();
        opened = true;
        retell(told);
        fencing = true;
        flush();
    }

    /** The epoch under which the stream is followed. */
    void follow(long byEpoch) {
        epoch = Math.max(epoch, byEpoch);
    }

    /** Takes what was read. */
    void take(Piece piece) {
        if (!writing && piece.turn() > turn) {
            turn = piece.turn();
            writer = piece.node();
        }
        piece.snapshot()
                .filter(snapshot -> snapshot.last() > stream.head())
                .ifPresent(snapshot -> stream.restore(piece.epoch(), snapshot));
        for (Run run : piece.runs()) {
            if (run.first() <= stream.head() + 1) {
                add(piece.epoch(), run, piece.fenced());
            }
        }
        addEarly();
    }

    // --- the fence
    // ----------------------------------------------------------------------------------------------------

    /**
     * Metering has settled the stream. The ending is written to the shared log first: it takes one only, behind all that any
     * node has brought, so every node ends with the same. Where Redis does not answer, this node ends alone.
     */
    void fenced(FenceReply reply, int attempts) {
        if (stream.isEnded()) {
            return;
        }
        if (attempts == 0) {
            endAlone(reply);
            return;
        }
        epoch = Math.max(epoch, reply.epoch());
        settle(log.read(id(), stream.head()), reply, attempts, answer -> {
            if (answer.isEmpty()) {
                settle(log.open(id(), epoch, stream.header()), reply, attempts, _ -> bring(reply, 0, attempts));
            } else {
                Piece piece = answer.get();
                take(piece);
                if (stream.head() < piece.head()) {
                    fenced(reply, attempts);
                } else {
                    bring(reply, piece.head(), attempts);
                }
            }
        });
    }

    /** First what this node has beyond the shared log, then the ending. */
    private void bring(FenceReply reply, long head, int attempts) {
        if (stream.isEnded()) {
            return;
        }
        if (head < stream.head()
                && stream.read(head, Integer.MAX_VALUE).orElse(null)
                        instanceof Reading.Runs(Optional<Deltas> snapshot, List<Run> runs)) {
            CompletionStage<Added> added = snapshot.isPresent()
                    ? log.compact(id(), epoch, snapshot.get())
                    : log.append(id(), epoch, runs, End.NONE);
            settle(added, reply, attempts, answer -> brought(answer, reply, attempts));
            return;
        }
        Run.Terminal terminal = stream.ending(reply);
        settle(log.append(id(), epoch, List.of(terminal), End.FENCE), reply, attempts, answer -> {
            if (answer instanceof Added.Ack && !stream.isEnded()) {
                fencing = true;
                sharedHead = terminal.offset();
                stream.fenced(reply, terminal);
                line.tell(new BusFrame.Head(id(), terminal.offset()));
                endShared = true;
            } else {
                fenced(reply, attempts - 1);
            }
        });
    }

    private void brought(Added answer, FenceReply reply, int attempts) {
        if (answer instanceof Added.Ack(long head)) {
            bring(reply, head, attempts);
        } else {
            fenced(reply, attempts - 1);
        }
    }

    private <T> void settle(CompletionStage<T> asked, FenceReply reply, int attempts, Consumer<T> then) {
        asked.whenComplete((answer, failure) -> stream.loop().run(() -> {
            if (failure == null) {
                then.accept(answer);
            } else {
                stream.loop().later(config.retry().toMillis(), () -> fenced(reply, attempts - 1));
            }
        }));
    }

    private void endAlone(FenceReply reply) {
        fencing = true;
        opened = false;
        if (!writing) {
            stream.watch(this);
        }
        stream.fenced(reply);
    }
}
