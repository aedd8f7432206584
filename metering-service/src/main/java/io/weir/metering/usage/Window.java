package io.weir.metering.usage;

import java.time.Duration;
import java.util.Locale;

/** How time is divided. */
enum Window {
    MINUTE(Duration.ofDays(31)),
    HOUR(Duration.ofDays(1100)),
    DAY(Duration.ofDays(1100)),
    MONTH(Duration.ofDays(4000));

    private final Duration longest;

    Window(Duration longest) {
        this.longest = longest;
    }

    /** Most time that one query may cover. */
    Duration longest() {
        return longest;
    }

    /** PostgreSQL's name of it. */
    String field() {
        return name().toLowerCase(Locale.ROOT);
    }
}
