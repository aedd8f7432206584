package io.weir.relay;

import io.smallrye.jwt.build.Jwt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Signs the tokens that the relay verifies. */
final class Tokens {
    private Tokens() {}

    /** A token of one of our services. */
    static String service(String scopes) {
        return Jwt.claims()
                .subject("service")
                .claim("scope", scopes)
                .expiresIn(Duration.ofHours(1))
                .sign(Shared.keys().getPrivate());
    }

    /** A token of a person. */
    static String user(String account) {
        return user(account, Duration.ofHours(1));
    }

    /** A token of a person that ends soon. */
    static String user(String account, Duration life) {
        return Jwt.claims()
                .subject(account)
                .claim("roles", List.of("user"))
                .claim("workspaces", List.of("w1"))
                .expiresIn(life)
                .sign(Shared.keys().getPrivate());
    }

    /** A worker of these workspaces. */
    static String worker(String account, String... workspaces) {
        return Jwt.claims()
                .subject(account)
                .claim("roles", List.of("worker"))
                .claim("workspaces", List.of(workspaces))
                .expiresIn(Duration.ofHours(1))
                .sign(Shared.keys().getPrivate());
    }

    /** A person of another tenant. */
    static String foreigner(String account) {
        return Jwt.claims()
                .subject(account)
                .claim("tenant", "elsewhere")
                .expiresIn(Duration.ofHours(1))
                .sign(Shared.keys().getPrivate());
    }

    /** A token that was valid until an hour ago. */
    static String expired(String account) {
        return Jwt.claims()
                .subject(account)
                .issuedAt(Instant.now().minusSeconds(7200))
                .expiresAt(Instant.now().minusSeconds(3600))
                .sign(Shared.keys().getPrivate());
    }

    /** A token that someone else signed. */
    static String forged(String account) {
        return Jwt.claims()
                .subject(account)
                .expiresIn(Duration.ofHours(1))
                .sign(Shared.newKeys().getPrivate());
    }
}
