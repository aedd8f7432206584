package io.weir.metering.keys;

import io.weir.contracts.keys.KeyScope;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/accounts/{account}/keys}.
 *
 * @param name for people, 1 to 100 characters
 * @param scopes what the key may be used for; absent: {@code chat} alone
 * @param expiresAt when it ends by itself; absent: never
 */
public record KeyRequest(
        @Nullable String name,
        @Nullable Set<KeyScope> scopes,
        @Nullable Instant expiresAt) {
    public KeyRequest {
        scopes = scopes == null ? null : Set.copyOf(scopes);
    }
}
