package io.weir.gateway.net;

import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.runtime.TokensHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;

/** This service's own access token (client credentials), got once and again before it expires. */
@ApplicationScoped
public class ServiceTokens {
    private final Vertx vertx;
    private final OidcClient client;
    private volatile TokensHelper tokens = new TokensHelper();

    /** Asks for nothing before the first call. */
    public ServiceTokens(Vertx vertx, OidcClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    /** The value of {@code Authorization}; completes on the caller's context. */
    public Future<String> bearer() {
        Promise<String> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
        tokens.getTokens(client)
                .subscribe()
                .with(token -> answer.complete("Bearer " + token.getAccessToken()), answer::fail);
        return answer.future();
    }

    /** A service did not take the token: get a new one for the next call. */
    public void refused() {
        tokens = new TokensHelper();
    }
}
