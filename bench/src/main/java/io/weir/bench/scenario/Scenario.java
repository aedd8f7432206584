package io.weir.bench.scenario;

import io.weir.bench.report.Section;

/** Something that is measured: peers and Weir in turn, in one run. */
public interface Scenario {
    /** Its name on the command line and in the page's markers. */
    String name();

    /** Measures and reports; says on {@code progress} what it is doing. Stops all that it started. */
    Section run(Progress progress) throws Exception;

    /** Learns what is being done, for whoever waits. */
    @FunctionalInterface
    interface Progress {
        /** A line. */
        void says(String line);
    }
}
