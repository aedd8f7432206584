package io.weir.gateway.posted;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the bearers of those who post: tokens over the OIDC provider's keys, API keys by {@link PosterKeys}. Verified tokens are kept by hash, within a bound,
 * since a producer that resumes brings the same one again. Safe for any thread.
 */
@ApplicationScoped
class PosterTokens {
    private static final Logger LOG = Logger.getLogger(PosterTokens.class);
    private static final String BEARER = "Bearer ";
    /** For WebSocket clients that can set no header, as the relay takes it, too. */
    private static final String SUBPROTOCOL = "weir.bearer.";

    private final TenantIdentityProvider provider;
    private final PostingConfig config;
    private final PosterKeys keys;
    private final Map<String, Verified> verified;

    PosterTokens(TenantIdentityProvider provider, PosterKeys keys, PostingConfig config) {
        this.provider = provider;
        this.keys = keys;
        this.config = config;
        int bound = config.verifiedTokens();
        this.verified = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
                return size() > bound;
            }
        };
    }

    /** @param expiresAt until when the token opens and feeds streams; what is under way then goes on */
    private record Verified(Poster poster, Instant expiresAt) {}

    /** The token or API key of a request, in its header or among the subprotocols that a WebSocket asks for. */
    static Optional<String> of(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null) {
            return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? Optional.of(header.substring(BEARER.length()).strip())
                    : Optional.empty();
        }
        String protocols = request.getHeader("Sec-WebSocket-Protocol");
        return protocols == null
                ? Optional.empty()
                : Arrays.stream(protocols.split(","))
                        .map(String::strip)
                        .filter(name -> name.startsWith(SUBPROTOCOL))
                        .map(name -> name.substring(SUBPROTOCOL.length()))
                        .findFirst();
    }

    /** Who sends the request. Completes on its context; fails with a {@link PostingException}. */
    Future<Poster> require(HttpServerRequest request) {
        Optional<String> token = of(request);
        if (token.isEmpty()) {
            return Future.failedFuture(new PostingException(
                    ProblemType.UNAUTHENTICATED, "Send the account's token, or an API key, as bearer."));
        }
        if (PosterKeys.isKey(token.get())) {
            return keys.require(token.get());
        }
        String hash = hash(token.get());
        Poster known = remembered(hash);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        Context context = Vertx.currentContext();
        return Future.fromCompletionStage(
                        provider.authenticate(new AccessTokenCredential(token.get()))
                                .subscribeAsCompletionStage(),
                        context)
                .map(identity -> remember(hash, identity))
                .recover(failure -> Future.failedFuture(refusal(failure)));
    }

    private synchronized @Nullable Poster remembered(String hash) {
        Verified known = verified.get(hash);
        if (known != null && !known.expiresAt().isAfter(Instant.now())) {
            verified.remove(hash);
            return null;
        }
        return known == null ? null : known.poster();
    }

    private Poster remember(String hash, SecurityIdentity identity) {
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw new PostingException(ProblemType.UNAUTHENTICATED, "The token is not a JWT.");
        }
        String account = text(token, config.accountClaim());
        if (account == null || token.getExpirationTime() == 0) {
            throw new PostingException(ProblemType.UNAUTHENTICATED, "The token names no account, or never expires.");
        }
        String tenant = text(token, config.tenantClaim());
        Poster poster;
        try {
            poster = new Poster(
                    tenant == null ? Poster.defaultTenant() : new TenantId(tenant),
                    new AccountId(account),
                    identity.getRoles(),
                    list(token, "workspaces"),
                    null);
        } catch (IllegalArgumentException e) {
            throw new PostingException(ProblemType.UNAUTHENTICATED, "The token's account or tenant cannot be used.");
        }
        synchronized (this) {
            verified.put(hash, new Verified(poster, Instant.ofEpochSecond(token.getExpirationTime())));
        }
        return poster;
    }

    private static PostingException refusal(Throwable failure) {
        if (failure instanceof PostingException problem) {
            return problem;
        }
        if (failure instanceof AuthenticationFailedException) {
            return new PostingException(ProblemType.UNAUTHENTICATED, "The token is not valid, or not any more.");
        }
        LOG.warnf("token cannot be checked reason=%s", failure.getMessage());
        return new PostingException(ProblemType.OVERLOADED, "The token cannot be checked right now.");
    }

    private static @Nullable String text(JsonWebToken token, String claim) {
        Object value = token.getClaim(claim);
        return switch (value) {
            case JsonString string -> string.getString();
            case String string -> string;
            case null, default -> null;
        };
    }

    private static Set<String> list(JsonWebToken token, String claim) {
        Set<String> values = new HashSet<>();
        if (token.getClaim(claim) instanceof Collection<?> items) {
            for (Object item : items) {
                values.add(item instanceof JsonString string ? string.getString() : String.valueOf(item));
            }
        }
        return values;
    }

    private static String hash(String token) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
