package io.weir.edge.wire;

import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.runtime.TokensHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;

/** This service's own access token (client credentials), fetched when first needed and again before it expires. */
@Singleton
final class ServiceTokens {
    private final Vertx vertx;
    private final OidcClient client;
    private volatile TokensHelper tokens = new TokensHelper();

    ServiceTokens(Vertx vertx, OidcClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    /** The value of {@code Authorization}; completes on the caller's context. */
    Future<String> bearer() {
        Promise<String> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
        tokens.getTokens(client)
                .subscribe()
                .with(token -> answer.complete("Bearer " + token.getAccessToken()), answer::fail);
        return answer.future();
    }

    /** A service did not take the token: the next call gets a new one. */
    void refused() {
        tokens = new TokensHelper();
    }
}
