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
     */
    record Sender(boolean known, Optional<Viewer> viewer) {}

    /** The sender of a request: {@code Authorization} counts before the API key. Clients without a token send the key as both. */
    Uni<Sender> sender(@Nullable String authorization, @Nullable String key) {
        String bearer = Bearer.of(authorization).orElse(key);
        if (bearer == null) {
            return Uni.createFrom().item(new Sender(false, Optional.empty()));
        }
        if (keys.isKey(bearer)) {
            return Uni.createFrom().item(new Sender(keys.tenantOf(bearer).isPresent(), Optional.empty()));
        }
        return verifier.verify(bearer)
                .map(verification -> verification instanceof Verified(Viewer viewer)
                        ? new Sender(true, Optional.of(viewer))
                        : new Sender(false, Optional.empty()));
    }
}
