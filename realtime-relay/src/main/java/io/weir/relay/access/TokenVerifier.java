package io.weir.relay.access;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Verification.Verified;
import jakarta.inject.Singleton;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Verifies bearer tokens over the OIDC provider's keys. Verified ones are kept by hash, within a bound, because a signature
 * check is dear and a reconnect storm brings the same tokens again. Safe for any thread.
 */
@Singleton
public class TokenVerifier {
    private static final Logger LOG = Logger.getLogger(TokenVerifier.class);
    private static final TenantId DEFAULT_TENANT = new TenantId("default");

    private final TenantIdentityProvider provider;
    private final Clock clock;
    private final AccessConfig config;
    private final Map<String, Viewer> verified;
    /** Tokens being verified, by hash: who brings the same one meanwhile waits for the same answer. */
    private final Map<String, Uni<Verification>> verifying = new ConcurrentHashMap<>();

    TokenVerifier(TenantIdentityProvider provider, Clock clock, AccessConfig config) {
        this.provider = provider;
        this.clock = clock;
        this.config = config;
        int bound = config.verifiedTokens();
        this.verified = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Viewer> eldest) {
                return size() > bound;
            }
        };
    }

    /** The viewer that {@code token} names, or why it is refused. Never fails; may answer on another thread. */
    public Uni<Verification> verify(String token) {
        String hash = hash(token);
        Viewer known = remembered(hash);
        if (known != null) {
            return Uni.createFrom().item(new Verified(known));
        }
        if (token.chars().filter(c -> c == '.').count() != 2) {
            return Uni.createFrom().item(new Rejected("MalformedJWT", "The token provided is not a valid JWT"));
        }
        return verifying.computeIfAbsent(hash, _ -> authenticate(token, hash));
    }

    private Uni<Verification> authenticate(String token, String hash) {
        return Uni.createFrom()
                .deferred(() -> provider.authenticate(new AccessTokenCredential(token)))
                .map(identity -> remember(hash, identity))
                .onFailure()
                .recoverWithItem(failure -> rejection(token, failure))
                .invoke(() -> verifying.remove(hash))
                .memoize()
                .indefinitely();
    }

    private synchronized @Nullable Viewer remembered(String hash) {
        Viewer viewer = verified.get(hash);
        if (viewer != null && !viewer.expiresAt().isAfter(clock.instant())) {
            verified.remove(hash);
            return null;
        }
        return viewer;
    }

    private Verification remember(String hash, SecurityIdentity identity) {
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            return new Rejected("MalformedJWT", "The token provided is not a valid JWT");
        }
        String account = text(token, config.accountClaim());
        if (account == null || token.getExpirationTime() == 0) {
            return new Rejected("InvalidJWTToken", "Fields `sub` and `exp` are required in JWT");
        }
        String tenant = text(token, config.tenantClaim());
        var viewer = new Viewer(
                tenant == null ? DEFAULT_TENANT : new TenantId(tenant),
                new AccountId(account),
                identity.getRoles(),
                list(token, "workspaces"),
                list(token, "cameras"),
                words(token, "scope"),
                Instant.ofEpochSecond(token.getExpirationTime()));
        synchronized (this) {
            verified.put(hash, viewer);
        }
        return new Verified(viewer);
    }

    private Rejected rejection(String token, Throwable failure) {
        LOG.debugf(failure, "token refused");
        long seconds = secondsSinceExpiry(token);
        if (seconds >= 0) {
            return new Rejected("InvalidJWTToken", "Token has expired " + seconds + " seconds ago");
        }
        return new Rejected("JwtSignatureError", "Failed to validate JWT signature");
    }

    /** Read from a token that was refused anyway, only to word the refusal; −1 where it had not expired. */
    private long secondsSinceExpiry(String token) {
        try {
            byte[] claims =
                    Base64.getUrlDecoder().decode(token.substring(token.indexOf('.') + 1, token.lastIndexOf('.')));
            Long expiry = new JsonObject(new String(claims, StandardCharsets.UTF_8)).getLong("exp");
            return expiry == null ? -1 : clock.instant().getEpochSecond() - expiry;
        } catch (IllegalArgumentException | DecodeException | ClassCastException e) {
            return -1;
        }
    }

    private static @Nullable String text(JsonWebToken token, String claim) {
        Object value = token.getClaim(claim);
        return switch (value) {
            case JsonString string -> string.getString();
            case String string -> string;
            case null, default -> null;
        };
    }

    private static Set<String> words(JsonWebToken token, String claim) {
        String value = text(token, claim);
        return value == null ? Set.of() : Set.copyOf(List.of(value.strip().split(" +")));
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
            throw new IllegalStateException(e);
        }
    }
}
