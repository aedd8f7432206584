package io.weir.metering.holds;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** When the reserves and settles of one account are committed together. */
@ConfigMapping(prefix = "weir.metering.hot")
public interface HotSettings {
    /** Waiting longer than this for an account's row is contention. */
    @WithDefault("2ms")
    @DurationMin(millis = 1)
    @DurationMax(seconds = 10)
    Duration contention();

    /** So many contended statements of an account within a second make it hot. */
    @WithDefault("3")
    @Min(1)
    @Max(10_000)
    int after();

    /** How long the first of a batch waits for others, where no batch of the account is on its way. */
    @WithDefault("2ms")
    @DurationMin(millis = 1)
    @DurationMax(millis = 5)
    Duration linger();

    /** Most reserves and settles of one batch; the rest makes the next one. */
    @WithDefault("50")
    @Min(1)
    @Max(500)
    int batch();

    /** Reserves and settles of a hot account that may wait for their batch; a further one is refused with 503. */
    @WithDefault("1000")
    @Min(1)
    @Max(100_000)
    int queue();

    /** An account cools down once its batches have had nothing to join for this long. */
    @WithDefault("10s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration cool();

    /** Most accounts that are hot at a time; further ones wait for their rows as ever. 0 switches batches off. */
    @WithDefault("1000")
    @Min(0)
    @Max(100_000)
    int accounts();

    /**
     * Reserved streams whose account is remembered, the youngest: a settle names only its stream. One that is not
     * remembered is settled alone.
     */
    @WithDefault("20000")
    @Min(1)
    @Max(1_000_000)
    int streams();
}
