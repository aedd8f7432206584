package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.append.AppendFrame;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The Supabase Realtime protocol over real sockets. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class TopicProtocolTest {
    @TestHTTPResource("/")
    URI base;

    @Test
    void joinsAndRepliesUnderBothVersions() {
        try (var v1 = PhoenixClient.v1(base);
                var v2 = PhoenixClient.v2(base)) {
            // When
            String reply = v2.join("session:join", "6", Tokens.user("ada"));
            v1.send(
                    "{\"topic\":\"realtime:session:join\",\"event\":\"phx_join\",\"payload\":{\"config\":{\"private\":true},"
                            + "\"access_token\":\"" + Tokens.user("ada") + "\"},\"ref\":\"6\",\"join_ref\":\"6\"}");
            // Then
            assertThat(reply)
                    .isEqualTo(
                            "[\"6\",\"6\",\"realtime:session:join\",\"phx_reply\",{\"status\":\"ok\",\"response\":{\"postgres_changes\":[]}}]");
            assertThat(v1.next())
                    .isEqualTo(
                            "{\"topic\":\"realtime:session:join\",\"event\":\"phx_reply\",\"payload\":{\"status\":\"ok\",\"response\":{\"postgres_changes\":[]}},\"ref\":\"6\"}");
        }
    }

    @Test
    void answersHeartbeatsAndLeaves() {
        try (var client = PhoenixClient.v2(base)) {
            // When
            client.send("[null,\"18\",\"phoenix\",\"heartbeat\",{}]");
            // Then
            assertThat(client.next())
                    .isEqualTo("[null,\"18\",\"phoenix\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]");
            client.join("session:leave", "6", Tokens.user("ada"));
            client.send("[\"6\",\"20\",\"realtime:session:leave\",\"phx_leave\",{}]");
            assertThat(client.next())
                    .isEqualTo(
                            "[\"6\",\"20\",\"realtime:session:leave\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]");
            assertThat(client.next()).isEqualTo("[\"6\",\"6\",\"realtime:session:leave\",\"phx_close\",{}]");
            client.send("[null,\"21\",\"realtime:unjoined\",\"phx_leave\",{}]");
            assertThat(client.next())
                    .isEqualTo("[null,\"21\",\"realtime:unjoined\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]");
            client.send("[\"6\",\"22\",\"realtime:unjoined\",\"broadcast\",{\"event\":\"x\",\"payload\":{}}]");
            assertThat(client.next()).contains("\"status\":\"error\"").contains("unmatched topic");
        }
    }

    @Test
    void survivesMalformedFrames() {
        try (var client = PhoenixClient.v2(base)) {
            // When
            client.send("nonsense");
            client.send("[]");
            client.sendHex("ff00");
            client.sendHex("03ffffffffff01");
            client.send("[null,\"1\",\"phoenix\",\"heartbeat\",{}]");
            // Then
            assertThat(client.next()).contains("phx_reply");
        }
    }

    @Test
    void deniesWhatIsNotOnesOwn() {
        try (var client = PhoenixClient.v2(base)) {
            // Then
            assertThat(client.join("session:mine", "1", Tokens.expired("ada")))
                    .contains("error")
                    .contains("InvalidJWTToken: Token has expired");
            assertThat(client.join("session:mine", "2", Tokens.forged("ada"))).contains("JwtSignatureError");
            assertThat(client.join("session:mine", "3", "no-jwt")).contains("MalformedJWT");
            assertThat(client.join("session:mine", "4", Tokens.foreigner("ada")))
                    .contains("Unauthorized: You do not have");
            assertThat(client.join("workspace:w2:channel:c", "5", Tokens.user("ada")))
                    .contains("Unauthorized");
            assertThat(client.join("worker_jobs", "6", Tokens.user("ada"))).contains("Unauthorized");
            assertThat(client.join("account:eve", "7", Tokens.user("ada"))).contains("Unauthorized");
            assertThat(client.join("anything", "8", Tokens.user("ada"))).contains("Unauthorized");
            assertThat(client.join("", "9", Tokens.user("ada"))).contains("TopicNameRequired");
            assertThat(client.join("workspace:w1:channel:c", "10", Tokens.user("ada")))
                    .contains("\"ok\"");
            assertThat(client.join("account:ada", "11", Tokens.user("ada"))).contains("\"ok\"");
            // The API key alone opens nothing.
            client.send(
                    "[\"12\",\"12\",\"realtime:session:mine\",\"phx_join\",{\"config\":{\"private\":true},\"access_token\":\"weir-local\"}]");
            assertThat(client.next()).contains("Unauthorized");
        }
        assertThatThrownBy(() -> PhoenixClient.at(base, "/realtime/v1/websocket?apikey=unknown&vsn=2.0.0", null))
                .isInstanceOf(CompletionException.class);
        assertThatThrownBy(() -> PhoenixClient.at(base, "/realtime/v1/websocket?vsn=2.0.0", null))
                .isInstanceOf(CompletionException.class);
    }

    @Test
    void showsNobodyTheSessionOfAnother() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var eve = PhoenixClient.v2(base);
                var ada = PhoenixClient.v2(base)) {
            eve.join("session:secret", "1", Tokens.user("eve"));
            ada.join("session:secret", "1", Tokens.user("ada"));
            // When
            gateway.open(stream, 1, TestGateway.header("ada", "secret", "A secret?"));
            gateway.tell(stream, 1, EndReason.COMPLETED, "yes");
            // Then
            assertThat(ada.next("|end|")).contains("\"reason\":\"completed\"");
            assertThat(eve.isQuiet(300)).isTrue();
        }
    }

    @Test
    void takesTheIdentityOfTheUpgrade() {
        try (var client = PhoenixClient.at(base, "/socket/websocket?apikey=weir-local&vsn=2.0.0", Tokens.user("ada"))) {
            // When
            client.send(
                    "[\"1\",\"1\",\"realtime:session:cookie\",\"phx_join\",{\"config\":{\"private\":true},\"access_token\":\"weir-local\"}]");
            // Then
            assertThat(client.next()).contains("\"status\":\"ok\"");
        }
    }

    @Test
    void tellsAStreamFromTheMiddleOn() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var early = PhoenixClient.v2(base);
                var late = PhoenixClient.v2(base);
                var old = PhoenixClient.v1(base)) {
            early.join("session:middle", "1", Tokens.user("ada"));
            gateway.open(stream, 1, TestGateway.header("ada", "middle", "How are you?"));
            gateway.append(stream, 1, TestGateway.delta(1, "I am"));
            assertThat(early.next("|message|")).contains("\"role\":\"user\"").contains("How are you?");
            assertThat(early.next("|token|")).contains("\"text\":\"I am\"").contains("\"offset\":1");
            gateway.append(stream, 1, TestGateway.delta(2, " fine"));
            gateway.awaitAck(2);
            // When
            late.join("session:middle", "1", Tokens.user("ada"));
            old.send(
                    "{\"topic\":\"realtime:session:middle\",\"event\":\"phx_join\",\"payload\":{\"config\":{\"private\":true},"
                            + "\"access_token\":\"" + Tokens.user("ada") + "\"},\"ref\":\"1\",\"join_ref\":\"1\"}");
            old.next("phx_reply");
            gateway.append(stream, 1, TestGateway.delta(3, "."));
            gateway.append(stream, 1, TestGateway.terminal(stream, 4, EndReason.COMPLETED, "I am fine."));
            gateway.awaitAck(4);
            // Then
            assertThat(early.next("|token|")).contains("\"text\":\" fine\"");
            assertThat(late.next("|token|"))
                    .contains("\"text\":\"I am fine\"")
                    .contains("\"offset\":2")
                    .contains("\"snapshot\":true")
                    .contains(stream.toString());
            assertThat(late.next("|token|")).contains("\"text\":\".\"").contains("\"offset\":3");
            assertThat(late.next("|end|")).contains("\"offset\":4").contains("\"done\":true");
            assertThat(late.next("|message|"))
                    .contains("\"role\":\"assistant\"")
                    .contains("I am fine.");
            assertThat(old.next("\"token\"")).contains("I am fine").contains("\"ref\":null");
            assertThat(old.next("\"end\"")).contains("completed");
        }
    }

    @Test
    void showsARebuiltStreamAsASnapshot() {
        // Given a stream that began long ago, and a subscriber who may have seen some of it
        long aMinuteAgo = System.currentTimeMillis() - 60_000;
        var stream = new StreamId(new UUID((aMinuteAgo << 16) | 0x7002L, 0x8000_0000_0000_0002L));
        try (var gateway = new TestGateway(base);
                var client = PhoenixClient.v2(base)) {
            client.join("session:rebuilt", "6", Tokens.user("ada"));
            // When the gateway brings it back
            gateway.open(stream, 1, TestGateway.header("ada", "rebuilt", null));
            gateway.append(stream, 1, TestGateway.delta(1, "one"));
            gateway.append(stream, 1, TestGateway.delta(2, " two"));
            // Then
            assertThat(client.next("|token|")).contains("\"text\":\"one two\"").contains("\"snapshot\":true");
            gateway.append(stream, 1, TestGateway.delta(3, " three"));
            assertThat(client.next("|token|")).contains("\"text\":\" three\"").doesNotContain("snapshot");
            gateway.append(stream, 1, TestGateway.terminal(stream, 4, EndReason.COMPLETED, "one two three"));
            gateway.awaitAck(4);
        }
    }

    @Test
    void tellsAllOfARebuiltStreamToWhoJoinsMeanwhile() {
        long aMinuteAgo = System.currentTimeMillis() - 60_000;
        var stream = new StreamId(new UUID((aMinuteAgo << 16) | 0x7003L, 0x8000_0000_0000_0003L));
        try (var gateway = new TestGateway(base);
                var client = PhoenixClient.v2(base)) {
            // Given a gateway that is about to bring a stream back, and somebody who comes in between
            gateway.open(stream, 1, TestGateway.header("ada", "rebuilding", null));
            gateway.append(stream, 1, TestGateway.delta(1, "one"));
            gateway.awaitAck(1);
            client.join("session:rebuilding", "6", Tokens.user("ada"));
            var text = new StringBuilder();
            long last = told(client, text);
            // When
            gateway.append(stream, 1, TestGateway.delta(2, " two"));
            gateway.awaitAck(2);
            while (last < 2) {
                last = Math.max(last, told(client, text));
            }
            gateway.append(stream, 1, TestGateway.delta(3, " three"));
            while (last < 3) {
                last = told(client, text);
            }
            // Then
            assertThat(text.toString()).isEqualTo("one two three");
            gateway.append(stream, 1, TestGateway.terminal(stream, 4, EndReason.COMPLETED, "one two three"));
            gateway.awaitAck(4);
        }
    }

    /** Takes the next text as clients do: a snapshot replaces what is there. Gives its offset. */
    private static long told(PhoenixClient client, StringBuilder text) {
        var token = new JsonObject(client.next("|token|").split("\\|", 4)[3]);
        if (token.getBoolean("snapshot", false)) {
            text.setLength(0);
        }
        text.append(token.getString("text"));
        return token.getLong("offset");
    }

    @Test
    void stopsAStreamByItsOwner() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var client = PhoenixClient.v2(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "stop", null));
            client.join("session:stop", "6", Tokens.user("ada"));
            // When
            client.send(
                    "[\"6\",\"7\",\"realtime:session:stop\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"cancel\",\"payload\":{\"streamId\":\""
                            + stream + "\"}}]");
            // Then
            assertThat(client.next("phx_reply")).contains("\"ok\"");
            var cancel = gateway.next(AppendFrame.Cancel.class);
            assertThat(cancel.stream()).isEqualTo(stream);
            assertThat(cancel.by()).isEqualTo("ada");
            gateway.append(stream, 1, TestGateway.terminal(stream, 1, EndReason.CANCELLED, ""));
            gateway.awaitAck(1);
        }
    }

    @Test
    void takesANewTokenSilentlyAndResetsAChannelWhoseTokenEnds() {
        try (var client = PhoenixClient.v2(base)) {
            client.join("session:renew", "6", Tokens.user("ada", Duration.ofSeconds(2)));
            client.join("session:end", "7", Tokens.user("ada", Duration.ofSeconds(2)));
            // When
            client.send("[\"6\",\"12\",\"realtime:session:renew\",\"access_token\",{\"access_token\":\""
                    + Tokens.user("ada") + "\"}]");
            // Then
            assertThat(client.next())
                    .contains("session:end")
                    .contains("\"system\"")
                    .contains("Token has expired");
            assertThat(client.next()).isEqualTo("[\"7\",\"7\",\"realtime:session:end\",\"phx_error\",{}]");
            // When the client joins again
            assertThat(client.join("session:end", "8", Tokens.user("ada"))).contains("\"ok\"");
            // When somebody else's token comes
            client.send("[\"6\",\"13\",\"realtime:session:renew\",\"access_token\",{\"access_token\":\""
                    + Tokens.user("eve") + "\"}]");
            assertThat(client.next()).isEqualTo("[\"6\",\"6\",\"realtime:session:renew\",\"phx_error\",{}]");
        }
    }

    @Test
    void closesTheOlderChannelOfADuplicateJoin() {
        try (var client = PhoenixClient.v2(base)) {
            client.join("session:twice", "6", Tokens.user("ada"));
            // When
            String first = client.join("session:twice", "9", Tokens.user("ada"));
            // Then
            assertThat(first).isEqualTo("[\"6\",\"6\",\"realtime:session:twice\",\"phx_close\",{}]");
            assertThat(client.next()).startsWith("[\"9\",\"9\",").contains("\"ok\"");
        }
    }

    @Test
    void limitsJoinsChannelsAndNames() {
        try (var client = PhoenixClient.v2(base)) {
            // When
            String token = Tokens.user("ada");
            String longest = "r".repeat(246);
            client.send("[\"1\",\"1\",\"realtime:" + longest + "\",\"phx_join\",{\"config\":{},\"access_token\":\""
                    + token + "\"}]");
            assertThat(client.next()).contains("\"ok\"");
            client.send("[\"2\",\"2\",\"realtime:" + longest + "r\",\"phx_join\",{\"config\":{},\"access_token\":\""
                    + token + "\"}]");
            // Then
            assertThat(client.next()).contains("TopicNameTooLong");
            for (int i = 3; i < 70; i++) {
                client.send("[\"%d\",\"%d\",\"realtime:r%d\",\"phx_join\",{\"config\":{},\"access_token\":\"%s\"}]"
                        .formatted(i, i, i, token));
            }
            assertThat(client.next("ClientJoinRateLimitReached")).contains("\"error\"");
        }
    }

    @Test
    void closesASocketWithTooLongAFrame() {
        try (var client = PhoenixClient.v2(base)) {
            // When
            client.send("[null,\"1\",\"phoenix\",\"heartbeat\",{\"x\":\"" + "x".repeat(1 << 20) + "\"}]");
            // Then
            assertThat(client.next()).isEqualTo("closed 1009");
        }
    }
}
