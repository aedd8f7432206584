package io.weir.edge.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** How callers are recognised. */
@ConfigMapping(prefix = "weir.edge.identity")
public interface IdentityConfig {
    /** Claim that names the account. A token without it is refused. */
    @WithDefault("sub")
    String accountClaim();

    /** Claim that names the tenant. A token without it belongs to the tenant {@code default}. */
    @WithDefault("tenant")
    String tenantClaim();

    /**
     * Origins ({@code https://app.example.com}) beside this service's own from which the session cookie may be used for
     * unsafe methods and WebSockets. Any other origin gets 403.
     */
    Optional<List<String>> cookieOrigins();
}
