package io.weir.metering.holds;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How the size of a reserve follows what agents have produced and reported. */
@ConfigMapping(prefix = "weir.metering.pace")
public interface PaceSettings {
    /** Time between two looks at what was settled. */
    @WithDefault("30s")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration interval();

    /** Most settlements of one look, the youngest of all agents. */
    @WithDefault("5000")
    @Min(1)
    @Max(100_000)
    int streams();

    /** A stream counts half as much after this long: without new ones, what is configured comes back. */
    @WithDefault("1h")
    @DurationMin(minutes = 1)
    @DurationMax(days = 30)
    Duration halfLife();

    /** What is configured counts as much as so many fresh streams. */
    @WithDefault("5")
    @DecimalMin("0.1")
    @DecimalMax("10000")
    double trust();

    /** A learned rate is at most so many times the configured one, and at least as small a part of it. */
    @WithDefault("4")
    @DecimalMin("1")
    @DecimalMax("100")
    double mostFactor();

    /** Most reported tokens per counted one. */
    @WithDefault("4")
    @DecimalMin("1")
    @DecimalMax("100")
    double mostRatio();
}
