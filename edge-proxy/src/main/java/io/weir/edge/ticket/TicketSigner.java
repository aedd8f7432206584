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
import java.util.Map;

/** Signs tickets (HS256: an asymmetric signature would cost a millisecond a stream). */
@Singleton
public final class TicketSigner {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final ObjectMapper json;
    private final InstantSource clock;
    private final Duration life;
    private final TicketKeys keys;

    TicketSigner(TicketConfig config, TicketKeys keys, ObjectMapper json, InstantSource clock) {
        // What is absent has no place in a JWT.
        this.json = json.copy().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
        this.clock = clock;
        this.life = config.life();
        this.keys = keys;
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
                .keyId(keys.signingId())
                .algorithm(SignatureAlgorithm.HS256)
                .sign(keys.signing());
    }
}
