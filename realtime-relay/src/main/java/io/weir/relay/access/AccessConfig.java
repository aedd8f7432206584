package io.weir.relay.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Optional;

/** Who may connect. */
@ConfigMapping(prefix = "weir.relay.access")
public interface AccessConfig {
    /**
     * Opaque API keys, each {@code key:tenant}. A key names a tenant and nobody in it; a user's token goes with the join.
     * Property {@code weir.relay.api-keys} fills it.
     */
    Optional<List<String>> apiKeys();

    /** Verified tokens kept by hash. At the bound the one that was not used for longest is verified anew. */
    @WithDefault("20000")
    @Min(1)
    @Max(1_000_000)
    int verifiedTokens();

    /** Name of the claim that holds the tenant. */
    @WithDefault("tenant")
    String tenantClaim();

    /** Name of the claim that holds the account. */
    @WithDefault("sub")
    String accountClaim();
}
