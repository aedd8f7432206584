package io.weir.e2e;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tickets as the edge would sign them, and as somebody would forge them. */
final class Tickets {
    private static final byte[] KEY = "a key of thirty-two bytes, no less".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER_KEY = "another key of thirty-two bytes, too".getBytes(StandardCharsets.UTF_8);
    private static final String UNKNOWN = "0198c0de-0000-7000-8000-000000000001";
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    /** The value of {@code weir.ticket.keys} that the stack runs with. */
    static final String KEYS = "e2e:" + Base64.getEncoder().encodeToString(KEY);

    private Tickets() {}

    static String expired(String account) {
        return sign(KEY, UNKNOWN, account, "s", "0".repeat(64), Instant.now().minusSeconds(180));
    }

    static String forged(String account) {
        return sign(OTHER_KEY, UNKNOWN, account, "s", "0".repeat(64), Instant.now());
    }

    /** The ticket with which the edge has dispatched a stream, once more. */
    static String again(String stream, String account, String session, String body) {
        return sign(KEY, stream, account, session, sha256(body), Instant.now());
    }

    private static String sha256(String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String sign(
            byte[] key, String stream, String account, String session, String bodySha256, Instant issuedAt) {
        Map<String, Object> price = Map.of(
                "version", 1,
                "inputNano", 500,
                "cachedNano", 50,
                "cacheWriteNano", 600,
                "outputNano", 2000,
                "reasoningNano", 2000,
                "requestMicro", "0");
        Map<String, Object> hold = Map.of(
                "streamId",
                stream,
                "grantedMicro",
                "1000000",
                "leaseSeconds",
                60,
                "final",
                false,
                "availableMicro",
                "1000000",
                "price",
                price);
        Map<String, Object> weir = Map.of(
                "stream",
                stream,
                "tenant",
                "default",
                "account",
                account,
                "session",
                session,
                "agent",
                "demo",
                "topic",
                "session:" + session,
                "vocabulary",
                "session",
                "dialect",
                "token",
                "bodySha256",
                bodySha256,
                "hold",
                hold);
        Map<String, Object> claims = Map.of(
                "aud",
                "sse-gateway",
                "jti",
                stream,
                "iat",
                issuedAt.getEpochSecond(),
                "exp",
                issuedAt.getEpochSecond() + 60,
                "weir",
                weir);
        String unsigned = encode(Map.of("alg", "HS256", "typ", "JWT", "kid", "e2e")) + "." + encode(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return unsigned + "." + URL.encodeToString(mac.doFinal(unsigned.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String encode(Map<String, ?> part) {
        return URL.encodeToString(Json.write(part).getBytes(StandardCharsets.UTF_8));
    }
}
