package io.weir.bench.peer;

import java.io.IOException;

/** What takes part in a run, Weir or another: a server or several in a row. {@link #prepare} once, before it is started. */
public interface Contender {
    /** Its name in tables. */
    String name();

    /** How it is configured, in a sentence for the page. */
    String configuration();

    /** Gets what it needs into the cache. */
    Availability prepare() throws IOException, InterruptedException;

    /** Whether a contender can be measured here. */
    sealed interface Availability {
        /**
         * It can.
         *
         * @param version what was found
         */
        record Ready(String version) implements Availability {}

        /**
         * It cannot.
         *
         * @param why why, for the page
         */
        record Missing(String why) implements Availability {}
    }
}
