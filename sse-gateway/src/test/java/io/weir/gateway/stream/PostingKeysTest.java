package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.PostingAgent.Answer;
import io.weir.gateway.fakes.Surroundings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Agents that post with an API key of their account. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class PostingKeysTest extends OneStream {
    private static final String SESSION = "{\"topic\":\"session:a\"}";
    private static final String DONE = "{\"done\":true}\n";

    /** A key that metering knows. */
    private record Key(String secret, KeyIdentity identity) {
        String sha256() {
            try {
                var digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
                return HexFormat.of().formatHex(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Key key(String account, Set<KeyScope> scopes, @Nullable Instant expiresAt) {
        String secret = "wk_" + (UUID.randomUUID() + "-" + UUID.randomUUID()).substring(0, 43);
        var key = new Key(secret, new KeyIdentity(UUID.randomUUID(), new AccountId(account), scopes, expiresAt));
        world.metering().open(key.sha256(), key.identity());
        return key;
    }

    private PostingAgent with(Key key) {
        return with(key.secret());
    }

    private PostingAgent with(String credential) {
        return new PostingAgent(streams, "nobody", world.keys().getPrivate()).with(credential);
    }

    private ReserveRequest reserve(StreamId of) {
        return world.metering().reserves().stream()
                .filter(asked -> asked.streamId().equals(of))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void opensPostsAndEndsAStreamOfTheKeysAccount() {
        Key key = key("alice", Set.of(KeyScope.POST), null);
        StreamId own = with(key).opened("session:a");
        assertThat(reserve(own).account()).isEqualTo(new AccountId("alice"));
        assertThat(reserve(own).apiKey()).isEqualTo(key.identity().keyId());

        // Whoever else has a right to the account's streams goes on with it: a person, and then the key over a socket.
        var alice = new PostingAgent(streams, "alice", world.keys().getPrivate());
        assertThat(alice.post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n", 1)
                        .head())
                .isEqualTo(1);
        var socket = with(key).socket(own);
        assertThat(socket.await("ready").path("head").asLong()).isEqualTo(1);
        socket.event(2, "{\"done\":true}");

        assertThat(socket.await("end").path("reason").asText()).isEqualTo("completed");
        assertThat(world.metering().hold(own).settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void actsForAnAccountOfAnotherTenant() {
        StreamId own = with(key("acme::alice", Set.of(KeyScope.POST), null)).opened("session:a");
        assertThat(reserve(own).account()).isEqualTo(new AccountId("acme::alice"));
        var alice = new PostingAgent(streams, "alice", world.keys().getPrivate());
        assertThat(alice.standing(own).status()).isEqualTo(404);
    }

    @Test
    void refusesKeysThatMayDoOtherThings() {
        StreamId own = with(key("alice", Set.of(KeyScope.POST), null)).opened("session:a");
        int before = world.metering().reserves().size();
        var other = with(key("alice", EnumSet.complementOf(EnumSet.of(KeyScope.POST)), null));
        for (Answer answer :
                new Answer[] {other.open(SESSION), other.post(own, PostingAgent.NDJSON, DONE, 1), other.standing(own)
                }) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body().path("detail").asText()).contains("scope post");
        }
        assertThat(world.metering().reserves()).hasSize(before);
        assertThat(with(key("alice", Set.of(KeyScope.POST), null)).standing(own).head())
                .isZero();
    }

    @Test
    void opensNothingWithARevokedKeyAndFeedsNothingSoonAfter() {
        Key key = key("alice", Set.of(KeyScope.POST), null);
        StreamId own = with(key).opened("session:a");
        world.metering().revoke(key.sha256());

        // Metering judges the reserve itself, whatever the gateway remembers; both answers are a refusal.
        assertThat(with(key).open(SESSION).status()).isIn(401, 403);
        Await.until(
                "upload refused",
                () -> with(key)
                                .post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n", 1)
                                .status()
                        == 401);
        assertThat(with(key).open(SESSION).status()).isEqualTo(401);
        assertThat(with(key).standing(own).status()).isEqualTo(401);

        // The stream is its account's and goes on.
        var alice = new PostingAgent(streams, "alice", world.keys().getPrivate());
        assertThat(alice.standing(own).body().path("state").asText()).isEqualTo("open");
    }

    @Test
    void takesNoKeyThatHasExpired() {
        var agent = with(key("alice", Set.of(KeyScope.POST), Instant.now().plusSeconds(2)));
        assertThat(agent.open(SESSION).status()).isEqualTo(201);
        Await.until("key expired", () -> agent.open(SESSION).status() == 401);
    }

    @Test
    void showsNobodyTheStreamsOfOthers() {
        StreamId own = with(key("alice", Set.of(KeyScope.POST), null)).opened("session:a");
        var bob = with(key("bob", Set.of(KeyScope.POST), null));
        assertThat(bob.standing(own).status()).isEqualTo(404);
        assertThat(bob.post(own, PostingAgent.NDJSON, DONE, 1).status()).isEqualTo(404);
    }

    @Test
    void isAMemberOfNoWorkspaceAndNoAdministrator() {
        var agent = with(key("alice", Set.of(KeyScope.POST), null));
        assertThat(agent.open("{\"topic\":\"workspace:w1:channel:c\"}").status())
                .isEqualTo(403);
        assertThat(agent.open("{\"topic\":\"session:a\",\"agent\":\"closed\"}").status())
                .isEqualTo(403);
    }

    @Test
    void asksMeteringOnceAboutKeysThatAreNoneAndNeverAboutWhatCannotBeOne() {
        String unknown = "wk_" + "u".repeat(43);
        int before = world.metering().checks().size();
        for (String text : new String[] {"wk_", "wk_short", "wk_" + "u".repeat(44), "wk_" + "'".repeat(43)}) {
            assertThat(with(text).open(SESSION).status()).as(text).isEqualTo(401);
        }
        assertThat(world.metering().checks()).hasSize(before);
        assertThat(with(unknown).open(SESSION).status()).isEqualTo(401);
        assertThat(world.metering().checks()).hasSize(before + 1);
    }

    @Test
    void saysSoWhereNobodyCanTellAndForgetsThat() {
        Key key = key("alice", Set.of(KeyScope.POST), null);
        world.metering().down();
        Answer away = with(key).open(SESSION);
        world.metering().up();
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.problem()).isEqualTo("metering-unavailable");
        Await.until("key taken", () -> with(key).open(SESSION).status() == 201);
    }
}
