package io.weir.streams.life;

import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.List;
import java.util.Optional;

/**
 * Where a {@link StreamLog} keeps its runs: contiguous from offset 1, in order; the beginning may have become plain text.
 * Single-threaded. Runs that it gives out are immutable and on memory that the garbage collector owns.
 */
public interface RunStore {
    /** Keeps a run; {@code run.first()} is {@link #last} + 1. */
    void add(Run run);

    /** Last offset kept; 0 if none. */
    long last();

    /** Bytes that it costs, roughly. */
    long weight();

    /** Last offset of the beginning that is kept as plain text, its cuts and other events forgotten; 0 if there is none. */
    long compacted();

    /** The plain text of that beginning, from offset 1 to {@link #compacted}; empty if there is none. */
    Optional<Deltas> beginning();

    /**
     * Runs beyond an offset, about {@code maxBytes} of them but one at least where there is one. Deltas may come merged or cut.
     *
     * @param after the offset, {@code ≥} {@link #compacted}
     */
    List<Run> read(long after, int maxBytes);

    /** All text from offset 1 to the end as one run whose cuts are not known, without a terminal; empty if nothing is kept. */
    Optional<Deltas> text();

    /** Makes the oldest runs, at least {@code bytes} of them where there is as much, part of the beginning. */
    void compact(long bytes);

    /** Gives the memory back. From then on nothing can be added or read. */
    void release();
}
