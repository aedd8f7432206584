package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The relay's part of a stream's life: its log, runs with contiguous offsets from 1 under one epoch, ended by one
 * terminal.
 *
 * <pre>
 *            append                    append of the terminal
 *   open ───────────────► open ─────────────────────────────► ended by its producer (appends are acknowledged again)
 *    │ gateway silent 15 s: the relay asks metering to fence
 *    └────────────────────────────────────────────────────► ended by the fence (every append is refused)
 * </pre>
 *
 * Not thread-safe; runs that it gives out are immutable. An acknowledged run is in memory; acknowledge a <em>terminal</em>
 * only when {@code messages} has the answer, because the gateway forgets the stream then.
 */
public final class StreamLog {
    /** The delta type whose text is the answer: what a snapshot shows. */
    public static final String OUTPUT_TEXT = "response.output_text.delta";

    private static final Deltas.Place FIRST_PLACE = new Deltas.Place("msg_0", 0, 0);

    private final long maxWeight;
    private final Retained runs = new Retained();
    private long epoch;
    private @Nullable Deltas base; // text of the compacted beginning; absent until the bound is reached
    private Run.@Nullable Terminal terminal; // absent while open
    private boolean endedByFence;

    /**
     * An empty log.
     *
     * @param maxWeight bytes of runs kept at most; past it the oldest fifth becomes a snapshot
     */
    public StreamLog(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    /** Answer to a producer that opens its log, or opens it again after a lost connection. */
    public sealed interface Opening {
        /** Go on behind {@code head}. */
        record Opened(long head) implements Opening {}

        /** The stream has been taken away from this epoch. */
        record Refused() implements Opening {}
    }

    /** Answer to an append. */
    public sealed interface Appended {
        /** The log has everything up to {@code last}. */
        record Ack(long last) implements Appended {}

        /** The log ends at {@code head}; append again from there. */
        record Nack(long head) implements Appended {}

        /** The stream has been taken away from this epoch, or is over. */
        record Refused() implements Appended {}
    }

    /** What a reader gets. */
    public sealed interface Reading {
        /**
         * Runs to send, at least one of the two.
         *
         * @param snapshot replaces all text so far; sent first, where the beginning was compacted away
         * @param runs what follows, in order, without a gap
         */
        record Runs(Optional<Deltas> snapshot, List<Run> runs) implements Reading {
            public Runs {
                runs = List.copyOf(runs);
            }
        }

        /** Nothing yet: the log is open and the reader is at its head, or ahead of a log that is being rebuilt. */
        record Waiting() implements Reading {}

        /** The reader has everything, the terminal included. */
        record Ended() implements Reading {}

        /**
         * The reader has shown more than the closed log holds.
         *
         * @param to last offset before the terminal
         * @param snapshot the text up to there; absent if there is none
         * @param terminal the ending
         */
        record Truncated(long to, Optional<Deltas> snapshot, Run.Terminal terminal) implements Reading {}
    }

    /** A producer opens the log under its epoch. */
    public Opening open(long epoch) {
        if (epoch < this.epoch || endedByFence) {
            return new Opening.Refused();
        }
        this.epoch = epoch;
        return new Opening.Opened(head());
    }

    /** Appends a run that follows the head; anything else changes nothing. */
    public Appended append(long epoch, Run run) {
        if (epoch < this.epoch || endedByFence) {
            return new Appended.Refused();
        }
        this.epoch = epoch;
        if (run.last() <= head()) {
            return new Appended.Ack(head());
        }
        if (terminal != null) {
            return new Appended.Refused();
        }
        if (run.first() != head() + 1) {
            return new Appended.Nack(head());
        }
        add(run);
        return new Appended.Ack(head());
    }

    /**
     * Metering has settled the stream, by this fence or before it: writes the terminal in the producer's place, with
     * metering's reason and totals. From here on every append is refused.
     *
     * @return the terminal written; empty if the log had its terminal already
     */
    public Optional<Run.Terminal> fenced(FenceReply reply, TerminalBody body, long atMillis) {
        epoch = Math.max(epoch, reply.epoch());
        if (terminal != null) {
            return Optional.empty();
        }
        long offset = head() + 1;
        ByteBuf json = body.write(offset, reply.reason(), reply.totals(), UsageSource.COUNTED, contents())
                .asReadOnly();
        Run.Terminal end =
                new Run.Terminal(offset, reply.reason(), reply.totals(), UsageSource.COUNTED, json, atMillis);
        add(end);
        endedByFence = true;
        return Optional.of(end);
    }

    /**
     * What a reader that has everything up to {@code after} gets next, about {@code maxBytes} of it. A log that was ended
     * by the fence never answers {@link Reading.Ended}: a reader at its last offset may have got that offset as a delta
     * from the producer, so it is shown the true ending.
     *
     * @throws IllegalArgumentException if {@code after} is negative
     */
    public Reading read(long after, int maxBytes) {
        if (after < 0) {
            throw new IllegalArgumentException("after=" + after);
        }
        Run.Terminal end = terminal;
        if (end != null && (after > end.offset() || (after == end.offset() && endedByFence))) {
            return new Reading.Truncated(end.offset() - 1, snapshot(), end);
        }
        if (after >= head()) {
            return end == null ? new Reading.Waiting() : new Reading.Ended();
        }
        Deltas start = base;
        if (start != null && after < start.last()) {
            return new Reading.Runs(Optional.of(start), upTo(maxBytes, runs.after(start.last())));
        }
        return new Reading.Runs(Optional.empty(), upTo(maxBytes, runs.after(after)));
    }

    /** The whole text so far as one run from offset 1 to the head (before the terminal); empty if there is none. */
    public Optional<Deltas> snapshot() {
        long to = terminal == null ? head() : head() - 1;
        return snapshotOf(contents(), to);
    }

    /** Everything from offset 1, the compacted beginning as one run of text. */
    public List<Run> contents() {
        List<Run> all = new ArrayList<>(runs.all());
        if (base != null) {
            all.addFirst(base);
        }
        return all;
    }

    /** Last offset; 0 if empty. */
    public long head() {
        return runs.last();
    }

    /** The highest epoch seen. */
    public long epoch() {
        return epoch;
    }

    /** Bytes kept, roughly. */
    public long weight() {
        Deltas start = base;
        return runs.weight() + (start == null ? 0 : start.weight());
    }

    /** True once the terminal is in the log. */
    public boolean closed() {
        return terminal != null;
    }

    /** The ending; empty while open. */
    public Optional<Run.Terminal> terminal() {
        return Optional.ofNullable(terminal);
    }

    /** True if the relay wrote the terminal in the producer's place: readers of the direct path may have seen more. */
    public boolean endedByFence() {
        return endedByFence;
    }

    private void add(Run run) {
        runs.add(run);
        runs.acknowledge(run.last());
        if (run instanceof Run.Terminal end) {
            terminal = end;
        } else if (runs.weight() > maxWeight) {
            compact();
        }
    }

    private void compact() {
        List<Run> beginning = new ArrayList<>();
        if (base != null) {
            beginning.add(base);
        }
        beginning.addAll(runs.removeOldest(maxWeight - maxWeight / 5));
        base = snapshotOf(beginning, beginning.getLast().last()).orElse(null);
    }

    private static Optional<Deltas> snapshotOf(List<Run> runs, long to) {
        List<Deltas> texts = runs.stream()
                .filter(Deltas.class::isInstance)
                .map(Deltas.class::cast)
                .filter(Deltas::isText)
                .toList();
        if (to < 1) {
            return Optional.empty();
        }
        ByteBuf text = Unpooled.buffer(
                texts.stream().mapToInt(d -> d.text().readableBytes()).sum());
        texts.forEach(
                d -> text.writeBytes(d.text(), d.text().readerIndex(), d.text().readableBytes()));
        int[] ends = new int[Math.toIntExact(to)];
        ends[ends.length - 1] = text.readableBytes();
        Deltas.Place place = texts.isEmpty() ? FIRST_PLACE : texts.getFirst().place();
        long atMillis = runs.isEmpty() ? 0 : runs.getFirst().atMillis();
        long outputTokens = texts.isEmpty() ? 0 : texts.getLast().outputTokens();
        return Optional.of(Deltas.of(1, OUTPUT_TEXT, place, text.asReadOnly(), ends, atMillis, outputTokens));
    }

    private static List<Run> upTo(int maxBytes, List<Run> runs) {
        int taken = 0;
        int bytes = 0;
        while (taken < runs.size() && (taken == 0 || bytes + runs.get(taken).weight() <= maxBytes)) {
            bytes += runs.get(taken).weight();
            taken++;
        }
        return runs.subList(0, taken);
    }
}
