package io.weir.metering;

import io.smallrye.jwt.build.Jwt;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;

/** Signs the tokens that the service verifies. */
final class Tokens {
    private Tokens() {}

    static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A token of one of our services. */
    static String service(String scopes) {
        return Jwt.claims()
                .subject("service")
                .claim("scope", scopes)
                .expiresIn(Duration.ofHours(1))
                .sign(Shared.keys().getPrivate());
    }

    /** A token of a person. */
    static String user(String account, String... roles) {
        return Jwt.claims()
                .subject(account)
                .claim("roles", List.of(roles))
                .expiresIn(Duration.ofHours(1))
                .sign(Shared.keys().getPrivate());
    }

    /** A token that was valid until an hour ago. */
    static String expired() {
        return Jwt.claims()
                .subject("service")
                .claim("scope", "hold")
                .issuedAt(java.time.Instant.now().minusSeconds(7200))
                .expiresAt(java.time.Instant.now().minusSeconds(3600))
                .sign(Shared.keys().getPrivate());
    }

    /** A token that someone else signed. */
    static String forged() {
        return Jwt.claims()
                .subject("service")
                .claim("scope", "hold")
                .expiresIn(Duration.ofHours(1))
                .sign(newKeys().getPrivate());
    }
}
