package io.weir.bench.peer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** An issuer of tokens for one run, with a key of its own. */
final class Tokens {
    private static final Duration LIFE = Duration.ofHours(2);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;

    Tokens() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no RSA", e);
        }
    }

    /** The key that verifies them, as X.509 in Base64. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    String user(String account) {
        return sign("\"sub\":\"%s\",\"roles\":[\"user\"]".formatted(account));
    }

    String service(String scope) {
        return sign("\"sub\":\"service\",\"scope\":\"%s\"".formatted(scope));
    }

    private String sign(String claims) {
        long now = Instant.now().getEpochSecond();
        String life = ",\"iat\":%d,\"exp\":%d}".formatted(now, now + LIFE.toSeconds());
        String body = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + encoded("{" + claims + life);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(body.getBytes(StandardCharsets.US_ASCII));
            return body + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no RS256", e);
        }
    }

    private static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
