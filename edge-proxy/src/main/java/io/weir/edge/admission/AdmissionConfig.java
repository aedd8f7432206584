package io.weir.edge.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

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
