package io.weir.edge.chat;

import io.weir.contracts.problem.ProblemType;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Under which a request is known at metering, so that sending it twice starts one stream.
 *
 * @param value the caller's {@code Idempotency-Key}, or a hash of caller and request
 * @param untilEnd true for a hash: it stands for its stream only while that is open
 * @param bodyHash hash of what was asked; the same key with another one is refused
 */
record Key(String value, boolean untilEnd, String bodyHash) {
    private static final int MAX_LENGTH = 200;

    /** The key of a request. */
    static Key of(@Nullable String header, Caller caller, String path, byte[] body) {
        String bodyHash = sha256(bytes(path), body);
        if (header == null) {
            String account = caller.tenant() + "\n" + caller.account();
            return new Key("auto-" + sha256(bytes(account), bytes(path), body), true, bodyHash);
        }
        if (header.isBlank() || header.length() > MAX_LENGTH || header.chars().anyMatch(Character::isISOControl)) {
            throw new ProblemException(
                    ProblemType.MALFORMED, "Idempotency-Key must have 1 to " + MAX_LENGTH + " printable characters.");
        }
        return new Key("key-" + header, false, bodyHash);
    }

    /** Lower-case hex SHA-256 of the parts, each with its length in front. */
    static String sha256(byte[]... parts) {
        MessageDigest digest = digest();
        for (byte[] part : parts) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            digest.update(part);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Lower-case hex SHA-256 of a body. */
    static String bodySha256(byte[] body) {
        return HexFormat.of().formatHex(digest().digest(body));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
