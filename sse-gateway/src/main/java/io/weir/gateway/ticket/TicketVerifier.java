package io.weir.gateway.ticket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.contracts.ticket.TicketClaims;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.HmacKey;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/** Verifies tickets: HS256 by {@code kid}, audience, expiry, and that {@code jti} is the stream. Pure CPU, microseconds. */
@ApplicationScoped
public class TicketVerifier {
    private static final int CLOCK_SKEW_SECONDS = 5;
    private static final int MIN_KEY_BYTES = 32;

    private final ObjectMapper json;
    private final JwtConsumer consumer;

    /** Reads the keys once; a key that is missing, short or no base64 fails the start. */
    public TicketVerifier(TicketConfig config, ObjectMapper json) {
        this.json = json;
        this.consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256)
                .setExpectedAudience(TicketClaims.AUDIENCE)
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setRequireJwtId()
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .setVerificationKeyResolver(new ByKid(keys(config.keys())))
                .build();
    }

    /** Checks everything but the body. */
    public TicketCheck check(String ticket) {
        try {
            var jwt = consumer.process(ticket);
            JsonNode payload = json.readTree(jwt.getJwtClaims().getRawJson());
            TicketClaims claims = json.treeToValue(payload.path(TicketClaims.CLAIM), TicketClaims.class);
            if (claims == null
                    || !claims.stream().toString().equals(payload.path("jti").asText())
                    || !claims.stream().equals(claims.hold().streamId())) {
                return new TicketCheck.Rejected("The ticket does not name one stream.");
            }
            return new TicketCheck.Accepted(claims);
        } catch (InvalidJwtException e) {
            return new TicketCheck.Rejected(
                    e.hasExpired() ? "The ticket has expired." : "The ticket is not valid here.");
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return new TicketCheck.Rejected("The ticket is malformed.");
        }
    }

    /** True if the ticket was made for this body. */
    public static boolean matches(TicketClaims claims, byte[] body) {
        byte[] expected = claims.bodySha256().getBytes(StandardCharsets.US_ASCII);
        byte[] actual = HexFormat.of().formatHex(sha256(body)).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, actual);
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Map<String, Key> keys(List<String> configured) {
        Map<String, Key> keys = new HashMap<>();
        for (String entry : configured) {
            int colon = entry.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("weir.ticket.keys: an entry is no kid:base64");
            }
            byte[] secret =
                    Base64.getDecoder().decode(entry.substring(colon + 1).strip());
            if (secret.length < MIN_KEY_BYTES) {
                throw new IllegalArgumentException("weir.ticket.keys: a key is shorter than 32 bytes");
            }
            keys.put(entry.substring(0, colon).strip(), new HmacKey(secret));
        }
        return Map.copyOf(keys);
    }

    private record ByKid(Map<String, Key> keys) implements VerificationKeyResolver {
        @Override
        public Key resolveKey(JsonWebSignature jws, List<JsonWebStructure> nesting) throws UnresolvableKeyException {
            String kid = jws.getKeyIdHeaderValue();
            Key key = kid == null ? null : keys.get(kid);
            if (key == null) {
                throw new UnresolvableKeyException("unknown kid");
            }
            return key;
        }
    }
}
