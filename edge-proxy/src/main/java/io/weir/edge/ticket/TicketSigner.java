package io.weir.edge.ticket;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.weir.contracts.ticket.TicketClaims;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Signs tickets (HS256: an asymmetric signature would cost a millisecond a stream). */
@Singleton
public final class TicketSigner {
    private static final int MIN_KEY_BYTES = 32;
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final ObjectMapper json;
    private final InstantSource clock;
    private final Duration life;
    private final String kid;
    private final SecretKey key;

    TicketSigner(TicketConfig config, ObjectMapper json, InstantSource clock) {
        // What is absent has no place in a JWT.
        this.json = json.copy().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
        this.clock = clock;
        this.life = config.life();
        String first = config.keys().getFirst();
        int colon = first.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("weir.ticket.keys: an entry is no kid:base64");
        }
        byte[] secret = Base64.getDecoder().decode(first.substring(colon + 1).strip());
        if (secret.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException("weir.ticket.keys: a key is shorter than 32 bytes");
        }
        this.kid = first.substring(0, colon).strip();
        this.key = new SecretKeySpec(secret, "HmacSHA256");
    }

    /** The ticket for one stream. */
    public String sign(TicketClaims claims) {
        var now = clock.instant();
        return Jwt.claims(Map.of(
                        TicketClaims.CLAIM,
                        json.convertValue(claims, OBJECT),
                        "jti",
                        claims.stream().toString()))
                .audience(TicketClaims.AUDIENCE)
                .issuedAt(now)
                .expiresAt(now.plus(life))
                .jws()
                .keyId(kid)
                .algorithm(SignatureAlgorithm.HS256)
                .sign(key);
    }
}
