package io.weir.gateway.fakes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.ticket.TicketClaims;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Tickets as the edge makes them, and as it would not. */
public final class Tickets {
    static final String KID = "k1";
    /** The key of {@code k1}. */
    public static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Price of the seed: 500 nano in, 2000 nano out. */
    public static final Price PRICE = new Price(1, 500, 50, 600, 2000, 2000, 0);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Random RANDOM = new Random();

    private Tickets() {}

    /** A new stream id. */
    public static StreamId stream() {
        return StreamId.next(InstantSource.system(), RANDOM);
    }

    /** Claims for a stream and a body. */
    public static TicketClaims claims(
            StreamId stream,
            String agent,
            String session,
            String body,
            long grantedMicro,
            boolean last,
            long available) {
        return claims(
                stream,
                agent,
                session,
                "token",
                body,
                new ReserveReply(stream, grantedMicro, 60, last, available, PRICE));
    }

    /** Claims for a caller that the edge sends on: it wants its dialect. */
    public static TicketClaims handedOff(StreamId stream, String agent, String dialect, String body) {
        return claims(
                stream, agent, "s-" + stream, dialect, body, new ReserveReply(stream, 1_000_000, 60, true, 0, PRICE));
    }

    private static TicketClaims claims(
            StreamId stream, String agent, String session, String dialect, String body, ReserveReply hold) {
        return new TicketClaims(
                stream,
                new TenantId("default"),
                new AccountId("alice"),
                new SessionId(session),
                new AgentName(agent),
                "session:" + session,
                "session",
                dialect,
                null,
                sha256(body),
                hold);
    }

    /** A sound ticket. */
    public static String sign(TicketClaims claims) {
        return sign(claims, KID, KEY, TicketClaims.AUDIENCE, 60);
    }

    /** Any ticket. */
    public static String sign(TicketClaims claims, String kid, byte[] key, String audience, int lifeSeconds) {
        long now = System.currentTimeMillis() / 1000;
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        jws.setKeyIdHeaderValue(kid);
        jws.setKey(new HmacKey(key));
        try {
            jws.setPayload(JSON.writeValueAsString(Map.of(
                    "aud", audience, "jti", claims.stream(), "iat", now, "exp", now + lifeSeconds, "weir", claims)));
            return jws.getCompactSerialization();
        } catch (JoseException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
