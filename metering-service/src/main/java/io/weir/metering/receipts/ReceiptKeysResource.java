package io.weir.metering.receipts;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The keys that receipts are signed with; needs no token. */
@Path("/v1/receipts/keys")
@Tag(name = "receipts")
@Produces(MediaType.APPLICATION_JSON)
@RegisterForReflection(targets = ReceiptKey.class)
public class ReceiptKeysResource {
    private final ReceiptKeys keys;

    ReceiptKeysResource(ReceiptKeys keys) {
        this.keys = keys;
    }

    /** The public keys as a JWKS (RFC 7517). */
    @GET
    @Operation(summary = "Public keys of receipts, as a JWKS", description = "Keys that signed before are among them.")
    public Uni<Map<String, List<Map<String, String>>>> keys() {
        return keys.published()
                .map(all -> Map.of(
                        "keys", all.stream().map(ReceiptKeysResource::jwk).toList()));
    }

    private static Map<String, String> jwk(ReceiptKey key) {
        return Map.of(
                "kty", key.kty(), "crv", key.crv(), "kid", key.kid(), "use", key.use(), "alg", key.alg(), "x", key.x());
    }
}
