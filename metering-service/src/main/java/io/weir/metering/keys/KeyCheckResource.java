package io.weir.metering.keys;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.keys.KeyCheck;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.metering.access.Caller;
import io.weir.metering.answer.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who API keys stand for, for the edge. */
@Path("/v1/keys/verify")
@Tag(name = "keys")
@Produces(MediaType.APPLICATION_JSON)
@RegisterForReflection(targets = {KeyCheck.class, KeyIdentity.class})
public class KeyCheckResource {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final ApiKeys keys;

    KeyCheckResource(ApiKeys keys) {
        this.keys = keys;
    }

    /** Who a key stands for. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed(Caller.HOLD)
    @Operation(summary = "Who the key with this hash stands for", description = "The answer may be used for 30 s.")
    @APIResponse(responseCode = "200", description = "the account, and what the key may be used for")
    @APIResponse(responseCode = "404", description = "unknown, revoked or expired")
    public Uni<KeyIdentity> verify(@Nullable KeyCheck check) {
        if (check == null
                || check.sha256() == null
                || !SHA256.matcher(check.sha256()).matches()) {
            throw ProblemException.malformed("sha256 must be a lower-case hex SHA-256.");
        }
        return keys.verify(check.sha256()).map(found -> found.orElseThrow(KeysResource::unknown));
    }
}
