package io.weir.gateway.upstream;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.machines.SessionKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Names conversations towards agents: an HMAC, so that no caller can choose, guess or share another's key. */
@ApplicationScoped
public class SessionKeys {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec secret;

    /** Keys under the configured secret. */
    public SessionKeys(GatewayConfig config) {
        this.secret = new SecretKeySpec(config.sessionSecret().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** 64 lower-case hex digits, the same for the same conversation. */
    public String of(SessionKey session) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            // Identifiers contain no control characters, so NUL separates them without doubt.
            String whole = session.tenant() + "\0" + session.account() + "\0" + session.session();
            return HexFormat.of().formatHex(mac.doFinal(whole.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
