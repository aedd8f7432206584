package io.weir.gateway.handoff;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Readers that come with {@code ?ticket=}, because the edge has sent them here. */
@ConfigMapping(prefix = "weir.gateway.handoff")
public interface HandoffConfig {
    /**
     * Origins whose pages may read answers here; {@code *} for all. The ticket alone opens a stream, so no cookies are taken.
     * Pages of another origin than the edge's come as origin {@code null} once a redirect has led them here. Default: none.
     */
    Optional<List<String>> corsOrigins();

    /** How long {@code /v1} dialects hold their status back while the agent has not committed itself; then it is 200. */
    @DurationMin(millis = 0)
    @WithDefault("1s")
    Duration commitAfter();
}
