package io.weir.gateway.posted;

import io.weir.gateway.stream.Told;

/**
 * How much of a producer's events may be under way between it and the log. Counts in two halves: the second one is taken
 * while the first is on its way, and a third only once the log has the first. Stream's loop.
 */
final class Window {
    private final Told told;
    private final long halfBytes;
    private long bytes;
    private long mark;

    /** Half of {@code maxBytes} at a time. */
    Window(Told told, long maxBytes) {
        this.told = told;
        this.halfBytes = Math.max(1, maxBytes / 2);
    }

    /** So many bytes more were taken. */
    void add(int more) {
        bytes += more;
    }

    /** True if nothing more may be taken for the moment. */
    boolean full() {
        if (bytes < halfBytes) {
            return false;
        }
        if (!told.taken(mark)) {
            return true;
        }
        mark = told.lastOffset();
        bytes = 0;
        return false;
    }
}
