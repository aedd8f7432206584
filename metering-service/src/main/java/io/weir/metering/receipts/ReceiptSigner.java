package io.weir.metering.receipts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.Receipt;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;

/** Signs receipts as compact JWS (RFC 7515). The same receipt and key always give the same text. */
@ApplicationScoped
class ReceiptSigner {
    private final ReceiptKeys keys;
    private final ObjectMapper json;

    ReceiptSigner(ReceiptKeys keys, ObjectMapper json) {
        this.keys = keys;
        this.json = json;
    }

    Uni<String> sign(Receipt receipt) {
        return keys.signing().map(key -> sign(key, receipt));
    }

    private String sign(ReceiptKey key, Receipt receipt) {
        String head = "{\"alg\":\"EdDSA\",\"kid\":\"" + key.kid() + "\",\"typ\":\"weir-receipt+jws\"}";
        String signed =
                ReceiptKey.base64(head.getBytes(StandardCharsets.US_ASCII)) + "." + ReceiptKey.base64(bytes(receipt));
        return signed + "." + ReceiptKey.base64(key.sign(signed));
    }

    private byte[] bytes(Receipt receipt) {
        try {
            return json.writeValueAsBytes(receipt);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
