package io.weir.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How a service leaves. */
@ConfigMapping(prefix = "weir.drain")
public interface DrainConfig {
    /** From SIGTERM until open streams are ended {@code draining}: the longest stream plus a minute by default. */
    @DurationMin(millis = 0)
    @WithDefault("31m")
    Duration deadline();
}
