package io.weir.bench.promises;

import io.weir.bench.scenario.Measured;

/**
 * A promise and what became of it.
 *
 * @param what what arrives, and where
 * @param withinMillis what it promises
 * @param weir what Weir needed
 * @param bare what the least that could do the same needed
 */
record Promise(String what, int withinMillis, Measured weir, Measured bare) {
    /** Whether 99 of 100 were in time. */
    boolean isKept() {
        return weir.latencyMillis(99) <= withinMillis;
    }
}
