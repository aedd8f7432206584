package io.weir.metering.keys;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.answer.Outcome;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Opens, lists, revokes and verifies API keys. A key is 256 random bits, so its plain SHA-256 can be kept: there is
 * nothing to guess, and equal hashes are found through an index.
 */
@ApplicationScoped
class ApiKeys {
    private static final String CREATE =
            "SELECT outcome, created_at FROM key_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    private static final String LIST = """
            SELECT id, name, hint, scopes, created_by, created_at, expires_at, last_used_at, revoked_at
            FROM api_key WHERE account_id = $1 ORDER BY created_at DESC, id LIMIT 200
            """;
    private static final String REVOKE = """
            UPDATE api_key SET revoked_at = COALESCE(revoked_at, clock_timestamp())
            WHERE account_id = $1 AND id = $2 RETURNING id
            """;
    private static final String VERIFY = "SELECT id, account_id, scopes, expires_at FROM key_verify($1)";

    private static final String PREFIX = "wk_";
    private static final int KEY_BYTES = 32;
    private static final int HINT_LENGTH = 9;

    private final SecureRandom random = new SecureRandom();
    private final Database database;
    private final MeteringSettings settings;

    ApiKeys(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** Opens a key. The answer is the only place where it can ever be read. */
    Uni<Outcome<KeyView>> create(
            AccountId account, String name, Set<KeyScope> scopes, @Nullable Instant expiresAt, String by) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        UUID id = UUID.randomUUID();
        String hint = key.substring(0, HINT_LENGTH);
        List<KeyScope> sorted = scopes.stream().sorted().toList();
        var arguments = Tuple.tuple()
                .addUUID(id)
                .addString(account.value())
                .addString(name)
                .addString(sha256(key))
                .addString(hint)
                .addArrayOfString(sorted.stream().map(KeyScope::wire).toArray(String[]::new))
                .addOffsetDateTime(expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC))
                .addString(by)
                .addLong(settings.welcomeMicro())
                .addInteger(settings.keysPerAccount());
        return database.one(
                CREATE,
                arguments,
                row -> row.getString("outcome").equals("created")
                        ? new Done<>(
                                new KeyView(
                                        id,
                                        key,
                                        name,
                                        hint,
                                        sorted,
                                        by,
                                        row.getOffsetDateTime("created_at").toInstant(),
                                        expiresAt,
                                        null,
                                        null),
                                true)
                        : new Refused<>(
                                ProblemType.CONFLICT,
                                "The account has as many keys as it may have. Revoke one first."));
    }

    /** Keys of an account, newest first. */
    Uni<List<KeyView>> list(AccountId account) {
        return database.all(LIST, Tuple.of(account.value()), KeyView::from);
    }

    /** Revokes a key; false if the account has no such key. */
    Uni<Boolean> revoke(AccountId account, UUID key) {
        return database.all(REVOKE, Tuple.of(account.value(), key), row -> row.getUUID("id"))
                .map(revoked -> !revoked.isEmpty());
    }

    /** Who the key with this hash stands for; empty: nobody, or nobody any more. */
    Uni<Optional<KeyIdentity>> verify(String sha256) {
        return database.all(VERIFY, Tuple.of(sha256), ApiKeys::identity)
                .map(found -> found.stream().findFirst());
    }

    private static KeyIdentity identity(Row row) {
        var expires = row.getOffsetDateTime("expires_at");
        return new KeyIdentity(
                row.getUUID("id"),
                new AccountId(row.getString("account_id")),
                Set.copyOf(KeyView.scopes(row.getArrayOfStrings("scopes"))),
                expires == null ? null : expires.toInstant());
    }

    private static String sha256(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
