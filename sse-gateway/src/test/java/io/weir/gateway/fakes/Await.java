package io.weir.gateway.fakes;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Bounded waiting. */
public final class Await {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private Await() {}

    /** Waits until it is so, 10 s at most. */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within 10 s: " + what);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
