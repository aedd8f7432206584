package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    private final RunStore runs;
    private final long maxWeight;
    private long epoch;
    private boolean closed;
    private boolean endedByFence;

    /**
     * An empty log on memory that the garbage collector owns.
     *
     * @param maxWeight bytes of runs kept at most; past it the oldest fifth becomes plain text
     */
    public StreamLog(long maxWeight) {
        this(new HeapRuns(), maxWeight);
    }

    /**
     * An empty log.
     *
     * @param runs where its runs are kept; the log's alone
     * @param maxWeight bytes of runs kept at most; past it the oldest fifth becomes plain text. Text is never dropped: a log
     *     that is nothing but text may grow beyond
     */
    public StreamLog(RunStore runs, long maxWeight) {
        this.runs = runs;
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
        if (closed) {
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
        if (closed) {
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
        if (closed && (after > head() || (after == head() && endedByFence))) {
            return new Reading.Truncated(head() - 1, snapshot(), ending());
        }
        if (after >= head()) {
            return closed ? new Reading.Ended() : new Reading.Waiting();
        }
        long compacted = runs.compacted();
        return after < compacted
                ? new Reading.Runs(runs.beginning(), runs.read(compacted, maxBytes))
                : new Reading.Runs(Optional.empty(), runs.read(after, maxBytes));
    }

    /** The whole text so far as one run from offset 1 to the head (before the terminal); empty if there is none. */
    public Optional<Deltas> snapshot() {
        return runs.text();
    }

    /** Everything from offset 1, the compacted beginning as one run of text. */
    public List<Run> contents() {
        List<Run> all = new ArrayList<>(runs.read(runs.compacted(), Integer.MAX_VALUE));
        runs.beginning().ifPresent(all::addFirst);
        return all;
    }

    /** Last offset of the beginning that is kept as one run of text, its cuts forgotten; 0 if there is none. */
    public long compacted() {
        return runs.compacted();
    }

    /** Makes the oldest runs, {@code bytes} of them, one run of text. A log that has ended stays as it is. */
    public void compact(long bytes) {
        if (!closed) {
            runs.compact(bytes);
        }
    }

    /** Gives the memory back. From then on nothing can be read; head, epoch and how it ended are still known. */
    public void release() {
        runs.release();
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
        return runs.weight();
    }

    /** True once the terminal is in the log. */
    public boolean closed() {
        return closed;
    }

    /** The ending; empty while open. */
    public Optional<Run.Terminal> terminal() {
        return closed ? Optional.of(ending()) : Optional.empty();
    }

    /** True if the relay wrote the terminal in the producer's place: readers of the direct path may have seen more. */
    public boolean endedByFence() {
        return endedByFence;
    }

    private Run.Terminal ending() {
        return (Run.Terminal) runs.read(head() - 1, 1).getFirst();
    }

    private void add(Run run) {
        runs.add(run);
        if (run instanceof Run.Terminal) {
            closed = true;
        } else if (runs.weight() > maxWeight) {
            runs.compact(maxWeight / 5);
        }
    }
}
