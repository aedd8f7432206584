package io.weir.edge.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How API keys are verified. */
@ConfigMapping(prefix = "weir.edge.keys")
public interface KeysConfig {
    /** How long metering's answer about a key is used again. A revoked key may read for so long; it starts nothing. */
    @WithDefault("30s")
    @DurationMin(millis = 0)
    @DurationMax(seconds = 30)
    Duration rememberFor();

    /** Keys, good and bad, that are remembered; beyond it the one asked about longest ago is forgotten. */
    @Min(1)
    @WithDefault("10000")
    int remembered();
}
