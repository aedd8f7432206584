package io.weir.gateway.route;

import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.GatewayConfig;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What lets an agent report the usage of one replayed stream: an HMAC of the stream's id. The caller has the stream's ticket,
 * and must not be able to report for the agent; so this is something that only the agent is told. Thread-safe.
 */
@Singleton
public final class UsageTokens {
    /** Request header of the callback; the agent gets it as a request header of that name. */
    public static final String HEADER = "Weir-Usage-Token";

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PURPOSE = "usage\0";

    private final SecretKeySpec secret;

    UsageTokens(GatewayConfig config) {
        this.secret = new SecretKeySpec(config.sessionSecret().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    String of(StreamId stream) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            byte[] tag = mac.doFinal((PURPOSE + stream).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    boolean isSound(StreamId stream, String token) {
        return MessageDigest.isEqual(
                of(stream).getBytes(StandardCharsets.US_ASCII), token.getBytes(StandardCharsets.UTF_8));
    }
}
