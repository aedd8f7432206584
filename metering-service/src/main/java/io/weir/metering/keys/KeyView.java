package io.weir.metering.keys;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.sqlclient.Row;
import io.weir.contracts.keys.KeyScope;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One API key, as listed.
 *
 * @param keyId its name in usage, budgets and here
 * @param key the key itself; only in the answer that opens it, nobody can read it again
 * @param name for people
 * @param hint its first characters
 * @param scopes what it may be used for, sorted
 * @param createdBy who opened it
 * @param createdAt when
 * @param expiresAt when it ends by itself; absent: never
 * @param lastUsedAt when it was last verified, to the minute; absent: never yet
 * @param revokedAt when it was revoked; absent: it was not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyView(
        UUID keyId,
        @Nullable String key,
        String name,
        String hint,
        List<KeyScope> scopes,
        String createdBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt) {
    public KeyView {
        scopes = List.copyOf(scopes);
    }

    static KeyView from(Row row) {
        return new KeyView(
                row.getUUID("id"),
                null,
                row.getString("name"),
                row.getString("hint"),
                scopes(row.getArrayOfStrings("scopes")),
                row.getString("created_by"),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row.getOffsetDateTime("expires_at")),
                instant(row.getOffsetDateTime("last_used_at")),
                instant(row.getOffsetDateTime("revoked_at")));
    }

    static List<KeyScope> scopes(String[] names) {
        return Arrays.stream(names).map(KeyScope::ofWire).sorted().toList();
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
