package io.weir.relay.phoenix;

import io.smallrye.mutiny.Uni;
import io.weir.relay.access.ApiKeys;
import io.weir.relay.access.Bearer;
import io.weir.relay.access.TokenVerifier;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who sends a broadcast over HTTP. */
@Singleton
class Senders {
    private final TokenVerifier verifier;
    private final ApiKeys keys;

    Senders(TokenVerifier verifier, ApiKeys keys) {
        this.verifier = verifier;
        this.keys = keys;
    }

    /**
     * A sender.
     *
     * @param known true if a good key or token came
     * @param viewer the signed-in person, if a token came
     * @param name under which the rate is counted: the account with its tenant, or the tenant of the key
     */
    record Sender(boolean known, Optional<Viewer> viewer, String name) {
        static final Sender UNKNOWN = new Sender(false, Optional.empty(), "");

        static Sender of(Viewer viewer) {
            return new Sender(true, Optional.of(viewer), viewer.tenant() + "\n" + viewer.account());
        }
    }

    /** The sender of a request: {@code Authorization} counts before the API key. Clients without a token send the key as both. */
    Uni<Sender> sender(@Nullable String authorization, @Nullable String key) {
        String bearer = Bearer.of(authorization).orElse(key);
        if (bearer == null) {
            return Uni.createFrom().item(Sender.UNKNOWN);
        }
        if (keys.isKey(bearer)) {
            return Uni.createFrom()
                    .item(keys.tenantOf(bearer)
                            .map(tenant -> new Sender(true, Optional.empty(), tenant.value()))
                            .orElse(Sender.UNKNOWN));
        }
        return verifier.verify(bearer)
                .map(verification ->
                        verification instanceof Verified(Viewer viewer) ? Sender.of(viewer) : Sender.UNKNOWN);
    }
}
