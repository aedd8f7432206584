package io.weir.contracts.keys;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.id.AccountId;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code POST /v1/keys/verify}: who the key stands for. The caller may rely on it for 30 s.
 *
 * @param keyId names the key in usage, budgets and lists
 * @param account who pays, by the account's name at metering
 * @param scopes what the key may be used for
 * @param expiresAt when it ends by itself; absent: never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyIdentity(
        UUID keyId,
        AccountId account,
        Set<KeyScope> scopes,
        @Nullable Instant expiresAt) {
    public KeyIdentity {
        scopes = Set.copyOf(scopes);
    }
}
