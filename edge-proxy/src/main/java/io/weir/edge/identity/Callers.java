package io.weir.edge.identity;

import io.quarkus.logging.Log;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.IdTokenCredential;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.keys.KeyVerifier;
import io.weir.edge.problems.ProblemException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls. Authentication is lazy: only a route that asks pays for it, so that the console's files are served
 * whatever cookie comes with the request. Nothing here redirects; that is what {@code /login} is for.
 */
@Singleton
public final class Callers {
    private static final String BEARER = "Bearer ";
    private static final String KEY_BEARER = BEARER + KeyVerifier.PREFIX;

    private final Identities identities;
    private final IdentityConfig config;
    private final OriginRule origins;
    private final KeyVerifier keys;

    Callers(Identities identities, IdentityConfig config, KeyVerifier keys) {
        this.identities = identities;
        this.keys = keys;
        this.config = config;
        this.origins = new OriginRule(Set.copyOf(config.cookieOrigins().orElse(List.of())));
    }

    /**
     * The caller, a signed-in person, on the request's own context. Fails with a {@link ProblemException}: 401 without
     * valid credentials, 403 where a cookie came from a foreign page, and for API keys.
     */
    public Future<Caller> require(RoutingContext context) {
        return anyone(context).map(Callers::person);
    }

    /** The caller, a person or an API key with this scope. Fails as {@link #require(RoutingContext)}. */
    public Future<Caller> require(RoutingContext context, KeyScope scope) {
        return anyone(context).map(caller -> scoped(caller, scope));
    }

    /** The caller, a person or any API key. Fails as {@link #require(RoutingContext)}. */
    public Future<Caller> anyone(RoutingContext context) {
        return identify(context).map(found -> found.orElseThrow(Callers::anonymous));
    }

    private static Caller person(Caller caller) {
        if (caller.key() != null) {
            throw new ProblemException(ProblemType.FORBIDDEN, "API keys cannot be used for this; sign in.");
        }
        return caller;
    }

    private static Caller scoped(Caller caller, KeyScope scope) {
        KeyIdentity key = caller.key();
        if (key != null && !key.scopes().contains(scope)) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN, "The API key does not have the scope " + scope.wire() + ".");
        }
        return caller;
    }

    /** The caller, or empty where the request carries no credentials. */
    public Future<Optional<Caller>> identify(RoutingContext context) {
        String credentials = context.request().getHeader("Authorization");
        if (credentials != null && credentials.regionMatches(true, 0, KEY_BEARER, 0, KEY_BEARER.length())) {
            return keys.verify(credentials.substring(BEARER.length()).strip()).map(key -> Optional.of(Caller.of(key)));
        }
        return signedIn(context);
    }

    private Future<Optional<Caller>> signedIn(RoutingContext context) {
        Uni<SecurityIdentity> identity = identities.of(context);
        return Future.fromCompletionStage(
                        identity.subscribeAsCompletionStage(), context.vertx().getOrCreateContext())
                .recover(failure -> Future.failedFuture(refusal(failure)))
                .map(found -> caller(found, context));
    }

    private Optional<Caller> caller(SecurityIdentity identity, RoutingContext context) {
        if (identity.isAnonymous()) {
            return Optional.empty();
        }
        if (identity.getCredential(IdTokenCredential.class) != null && !origins.permits(context.request())) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN, "The session cookie is not accepted from a page of another origin.");
        }
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw new ProblemException(ProblemType.UNAUTHENTICATED, "The token is not a JWT.");
        }
        return Optional.of(caller(identity, token));
    }

    private Caller caller(SecurityIdentity identity, JsonWebToken token) {
        Optional<String> account = token.claim(config.accountClaim());
        Optional<String> tenant = token.claim(config.tenantClaim());
        AccessTokenCredential access = identity.getCredential(AccessTokenCredential.class);
        if (account.isEmpty() || access == null) {
            throw new ProblemException(ProblemType.UNAUTHENTICATED, "The token names no account.");
        }
        try {
            return new Caller(
                    tenant.map(TenantId::new).orElse(Caller.DEFAULT_TENANT),
                    new AccountId(account.get()),
                    identity.getRoles(),
                    access.getToken(),
                    null,
                    expiry(token));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.UNAUTHENTICATED, "The token's account or tenant cannot be used.");
        }
    }

    private static @Nullable Instant expiry(JsonWebToken token) {
        long seconds = token.getExpirationTime();
        return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
    }

    private static ProblemException anonymous() {
        return new ProblemException(
                ProblemType.UNAUTHENTICATED, "Send a bearer token, or sign in at /login for a session cookie.");
    }

    private static ProblemException refusal(Throwable cause) {
        if (cause instanceof AuthenticationFailedException
                || cause instanceof AuthenticationCompletionException
                || cause instanceof AuthenticationRedirectException) {
            return new ProblemException(ProblemType.UNAUTHENTICATED, "The token or session is not valid any more.");
        }
        Log.warnf("identity cannot be checked cause=%s", cause.getMessage());
        return new ProblemException(ProblemType.OVERLOADED, "Sign-in cannot be checked right now.");
    }
}
