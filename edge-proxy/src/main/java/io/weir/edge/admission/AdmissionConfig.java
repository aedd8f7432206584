package io.weir.edge.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** What is let in. */
@ConfigMapping(prefix = "weir.edge.admission")
public interface AdmissionConfig {
    /** Open streams per account; checked by metering with the credit. At the bound: 429. */
    @Min(1)
    @WithDefault("8")
    int maxStreamsPerAccount();

    /** Largest request body, in bytes. A larger one: 413. */
    @Min(1024)
    @WithDefault("20971520")
    int maxBodyBytes();

    /** Bytes of all request bodies that are read or worked on at a time. Beyond it: 503 with {@code Retry-After}. */
    @Min(1024)
    @WithDefault("134217728")
    long maxHeldBytes();

    /** How long a request body may take to arrive. Then: 400, and the connection is closed. */
    @WithDefault("60s")
    Duration bodyWithin();

    /**
     * Requests that start a stream, per account and second, in the long run. Beyond it: 429. Each edge process counts for
     * itself.
     */
    @Min(1)
    @WithDefault("10")
    int startsPerSecond();

    /** Requests that start a stream which an account may send at once after a pause. */
    @Min(1)
    @WithDefault("100")
    int burst();

    /** Accounts that are remembered; beyond it the ones whose bucket is full are forgotten. */
    @Min(1)
    @WithDefault("100000")
    int rememberedAccounts();
}
