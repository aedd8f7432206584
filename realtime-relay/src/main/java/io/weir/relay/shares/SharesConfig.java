package io.weir.relay.shares;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Shares of sessions. */
@ConfigMapping(prefix = "weir.relay.shares")
public interface SharesConfig {
    /** Accounts that one session may be shared with. At the bound another share is refused with 409. */
    @WithDefault("100")
    @Min(1)
    @Max(10_000)
    int perSession();

    /**
     * How often the rights of joined shared sessions are read again. A change through this process counts at once; one
     * through another process counts here within this time.
     */
    @WithDefault("5s")
    Duration recheck();
}
