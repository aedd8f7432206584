package io.weir.e2e;

/**
 * A fault that has happened.
 *
 * @param fromNanos when it began, as {@link System#nanoTime()} counts
 * @param toNanos when its process did its work again
 */
record Happening(Fault fault, long fromNanos, long toNanos) {
    /** Lets a fault happen. */
    static Happening of(Fault fault) throws InterruptedException {
        long from = System.nanoTime();
        fault.happen();
        return new Happening(fault, from, System.nanoTime());
    }

    /** Whether it went on at any time between these. */
    boolean overlaps(long beginNanos, long endNanos) {
        return fromNanos - endNanos < 0 && toNanos - beginNanos > 0;
    }
}
