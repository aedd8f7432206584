package io.weir.edge.identity;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.function.BiConsumer;

/** The security identity of a request, verified when first asked for. */
@Singleton
final class Identities {
    private final IdentityProviderManager manager;

    Identities(IdentityProviderManager manager) {
        this.manager = manager;
    }

    /** The identity, anonymous where there are no credentials. A failure is the caller's alone to answer. */
    Uni<SecurityIdentity> of(RoutingContext context) {
        BiConsumer<RoutingContext, Throwable> leftToTheCaller = (_, _) -> {};
        context.put(QuarkusHttpUser.AUTH_FAILURE_HANDLER, leftToTheCaller);
        return QuarkusHttpUser.getSecurityIdentity(context, manager);
    }
}
