package io.weir.relay.changes;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Reading the changes of {@code messages} and telling them. */
@ConfigMapping(prefix = "weir.relay.changes")
public interface ChangesConfig {
    /** The changes are looked for so often, even if no hint comes. */
    @WithDefault("5s")
    Duration poll();

    /** After a hint from the database so much time passes before they are looked for; hints within are one. */
    @WithDefault("20ms")
    Duration debounce();

    /** Changes read at once; more are read right after. */
    @WithDefault("200")
    @Min(1)
    @Max(10_000)
    int batch();

    /**
     * Changes remembered as told that are newer than the oldest transaction still open in the database. At the bound only
     * what is older than that transaction is told, until it ends; nothing is lost.
     */
    @WithDefault("10000")
    @Min(1)
    @Max(1_000_000)
    int ahead();

    /**
     * What was written while no relay ran is told so long after the start, so that clients are back by then: they wait up
     * to 10 s between two attempts.
     */
    @WithDefault("12s")
    Duration returnWait();

    /** Changes are kept so long. A relay that was away for longer does not tell the older ones, and logs how many. */
    @WithDefault("1h")
    Duration keep();

    /** A statement or a connection that takes longer has failed and is tried again. */
    @WithDefault("10s")
    Duration timeout();

    /** Longest data of one change. Of a longer one the values above 64 bytes are left out, and {@code errors} says so. */
    @WithDefault("256K")
    MemorySize maxRecord();

    /** Bindings of a channel. Those above are refused, the others work. */
    @WithDefault("20")
    @Min(1)
    @Max(1000)
    int bindings();
}
