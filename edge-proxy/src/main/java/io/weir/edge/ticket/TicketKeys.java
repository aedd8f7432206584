package io.weir.edge.ticket;

import jakarta.inject.Singleton;
import java.security.Key;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/** The keys of {@code weir.ticket.keys}: the first one signs, every one verifies. A short or broken one fails the start. */
@Singleton
public final class TicketKeys implements VerificationKeyResolver {
    private static final int MIN_KEY_BYTES = 32;

    private final Map<String, SecretKey> byId = new LinkedHashMap<>();
    private final String signingId;

    TicketKeys(TicketConfig config) {
        config.keys().forEach(this::add);
        this.signingId = byId.keySet().iterator().next();
    }

    private void add(String entry) {
        int colon = entry.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("weir.ticket.keys: an entry is no kid:base64");
        }
        byte[] secret = Base64.getDecoder().decode(entry.substring(colon + 1).strip());
        if (secret.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException("weir.ticket.keys: a key is shorter than 32 bytes");
        }
        byId.put(entry.substring(0, colon).strip(), new SecretKeySpec(secret, "HmacSHA256"));
    }

    /** Names the key that signs. */
    public String signingId() {
        return signingId;
    }

    /** The key that signs. */
    public SecretKey signing() {
        SecretKey key = byId.get(signingId);
        if (key == null) {
            throw new IllegalStateException();
        }
        return key;
    }

    @Override
    public Key resolveKey(JsonWebSignature jws, List<JsonWebStructure> nesting) throws UnresolvableKeyException {
        String id = jws.getKeyIdHeaderValue();
        SecretKey key = id == null ? null : byId.get(id);
        if (key == null) {
            throw new UnresolvableKeyException("unknown kid");
        }
        return key;
    }
}
