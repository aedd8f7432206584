package io.weir.metering.receipts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 key as a JWK (RFC 8037).
 *
 * @param kty {@code OKP}
 * @param crv {@code Ed25519}
 * @param kid the thumbprint of the public part (RFC 7638)
 * @param use {@code sig}
 * @param alg {@code EdDSA}
 * @param x public part, base64url
 * @param d private part, base64url; absent where the key is published
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReceiptKey(
        String kty,
        String crv,
        String kid,
        String use,
        String alg,
        String x,
        @Nullable String d) {
    private static final String ALGORITHM = "Ed25519";
    /** What comes before the 32 bytes of a public key in X.509. */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int KEY_BYTES = 32;

    @Override
    public String toString() {
        return "ReceiptKey[" + kid + "]";
    }

    static ReceiptKey of(String x, @Nullable String d) {
        String thumbprint = base64(sha256("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}"));
        return new ReceiptKey("OKP", ALGORITHM, thumbprint, "sig", "EdDSA", x, d);
    }

    static ReceiptKey fresh() {
        try {
            var pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            byte[] whole = pair.getPublic().getEncoded();
            byte[] secret = pair.getPrivate() instanceof EdECPrivateKey key
                    ? key.getBytes().orElseThrow()
                    : new byte[0];
            return of(base64(Arrays.copyOfRange(whole, X509.length, whole.length)), base64(secret));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Without the private part. */
    ReceiptKey published() {
        return of(x, null);
    }

    /** The signature of a text. */
    byte[] sign(String text) {
        String secret = d;
        if (secret == null) {
            throw new IllegalStateException("a published key signs nothing");
        }
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new EdECPrivateKeySpec(
                            NamedParameterSpec.ED25519, Base64.getUrlDecoder().decode(secret))));
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the key of receipts cannot sign", broken);
        }
    }

    /** True if the signature of the text is this key's. */
    boolean verifies(String text, byte[] signed) {
        try {
            byte[] point = Base64.getUrlDecoder().decode(x);
            byte[] whole = Arrays.copyOf(X509, X509.length + KEY_BYTES);
            System.arraycopy(point, 0, whole, X509.length, Math.min(point.length, KEY_BYTES));
            var signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(whole)));
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
