package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.AccountId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys: shown once, kept as hashes, verified until they end. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class KeysTest {
    private final Metering metering = new Metering();
    private final String service = Tokens.service("hold");

    @Test
    void showsAKeyOnceAndKeepsOnlyItsHash() throws Exception {
        // Given
        var account = Metering.account();
        var own = Tokens.user(account.value(), "user");

        // When
        var opened = metering.post(path(account), Map.of("name", "nightly", "scopes", List.of("usage", "chat")), own);

        // Then
        String key = opened.body().path("key").asText();
        assertThat(opened.status()).isEqualTo(201);
        assertThat(opened.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(key).matches("wk_[A-Za-z0-9_-]{43}");
        assertThat(metering.get(path(account), own).body().path("keys"))
                .singleElement()
                .satisfies(listed -> {
                    assertThat(listed.path("name").asText()).isEqualTo("nightly");
                    assertThat(listed.path("hint").asText()).isEqualTo(key.substring(0, 9));
                    assertThat(listed.path("scopes"))
                            .extracting(scope -> scope.asText())
                            .containsExactly("chat", "usage");
                    assertThat(listed.has("key")).isFalse();
                    assertThat(listed.has("lastUsedAt")).isFalse();
                });
        assertThat(Sql.number("SELECT count(*) FROM api_key k WHERE k::text LIKE '%" + key + "%'"))
                .isZero();

        // When
        var verified = verify(key);

        // Then
        assertThat(verified.status()).isEqualTo(200);
        assertThat(verified.body().path("account").asText()).isEqualTo(account.value());
        assertThat(verified.body().path("keyId")).isEqualTo(opened.body().path("keyId"));
        assertThat(metering.get(path(account), own).body().at("/keys/0").has("lastUsedAt"))
                .isTrue();
        assertThat(verify(key + "x").status()).isEqualTo(404);
    }

    @Test
    void endsWhenRevokedAndWhenItsTimeIsOver() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        var own = Tokens.user(account.value(), "user");
        var revoked = open(account, own);
        var expired = open(account, own);
        var running = Metering.with(Metering.request(account), id(revoked));
        assertThat(metering.reserve(running).status()).isEqualTo(201);

        // When
        var gone = metering.delete(path(account) + "/" + id(revoked), own);
        Sql.run("UPDATE api_key SET expires_at = clock_timestamp() - interval '1 s' WHERE id = '" + id(expired) + "'");

        // Then
        assertThat(gone.status()).isEqualTo(204);
        for (var key : List.of(revoked, expired)) {
            assertThat(verify(key.body().path("key").asText()).status()).isEqualTo(404);
            var refused = metering.reserve(Metering.with(Metering.request(account), id(key)));
            assertThat(refused.status()).isEqualTo(403);
        }
        // What it started goes on, and is found again.
        assertThat(metering.claim(running.streamId(), "g-keys", "1").status()).isEqualTo(200);
        assertThat(metering.reserve(running).status()).isEqualTo(200);
        assertThat(metering.delete(path(account) + "/" + id(revoked), own).status())
                .isEqualTo(204);
        assertThat(metering.delete(path(account) + "/" + UUID.randomUUID(), own).status())
                .isEqualTo(404);
        assertThat(metering.delete(path(account) + "/nonsense", own).status()).isEqualTo(404);
    }

    @Test
    void paysFromItsOwnAccountAlone() {
        // Given
        var account = metering.accountWith(1_000_000);
        var other = metering.accountWith(1_000_000);
        var key = id(open(account, Tokens.user(account.value(), "user")));

        // When
        var refused = metering.reserve(Metering.with(Metering.request(other), key));

        // Then
        assertThat(refused.status()).isEqualTo(403);
        assertThat(metering.view(other).heldMicro()).isZero();
    }

    @Test
    void isTheAccountsOwnMatter() {
        var account = Metering.account();
        var stranger = Tokens.user("stranger", "user");
        var billing = Tokens.user("bill", "billing");
        var name = Map.of("name", "n");
        var key = id(open(account, service));

        assertThat(metering.post(path(account), name, stranger).status()).isEqualTo(403);
        assertThat(metering.post(path(account), name, billing).status()).isEqualTo(403);
        assertThat(metering.get(path(account), stranger).status()).isEqualTo(403);
        assertThat(metering.get(path(account), billing).status()).isEqualTo(200);
        assertThat(metering.delete(path(account) + "/" + key, stranger).status())
                .isEqualTo(403);
        assertThat(metering.post("/v1/keys/verify", Map.of("sha256", Metering.HASH), stranger)
                        .status())
                .isEqualTo(403);
        assertThat(metering.post("/v1/keys/verify", Map.of("sha256", Metering.HASH), "")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"name\":\" \"}",
                "{\"name\":\"n\",\"scopes\":[]}",
                "{\"name\":\"n\",\"scopes\":[\"root\"]}",
                "{\"name\":\"n\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}"
            })
    void refusesKeysThatMakeNoSense(String body) {
        assertThat(metering.postText("/v1/accounts/a/keys", body, service).status())
                .isEqualTo(400);
        assertThat(metering.postText("/v1/keys/verify", body, service).status()).isEqualTo(400);
    }

    private Metering.Answer open(AccountId account, String token) {
        var opened = metering.post(path(account), Map.of("name", "k"), token);
        assertThat(opened.status()).isEqualTo(201);
        return opened;
    }

    private Metering.Answer verify(String key) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
        return metering.post("/v1/keys/verify", Map.of("sha256", HexFormat.of().formatHex(digest)), service);
    }

    private static UUID id(Metering.Answer opened) {
        return UUID.fromString(opened.body().path("keyId").asText());
    }

    private static String path(AccountId account) {
        return "/v1/accounts/" + account + "/keys";
    }
}
