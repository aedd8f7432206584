package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The things that a server of this protocol gets wrong easily, one test each. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class ProtocolRulesTest {
    @TestHTTPResource("/")
    URI base;

    @Test
    void countsBytesAndNotCharacters() {
        try (var client = PhoenixClient.v2(base)) {
            String longest = "é".repeat(123);
            client.send(join("1", "realtime:" + longest, "{\"broadcast\":{\"self\":true}}"));
            assertThat(client.next()).contains("\"ok\"");
            client.send(join("2", "realtime:" + longest + "x", "{}"));
            assertThat(client.next()).contains("TopicNameTooLong");
            // When
            client.sendHex(push("realtime:" + longest, "ü".repeat(127) + "x", "{}"));
            // Then
            assertThat(client.next()).startsWith("kind 4: realtime:" + longest + "|" + "ü".repeat(127) + "x|");
        }
    }

    @Test
    void neverSendsANullPayload() {
        try (var v1 = PhoenixClient.v1(base);
                var v2 = PhoenixClient.v2(base)) {
            v2.send(join(
                    "1",
                    "realtime:rule:null",
                    "{\"broadcast\":{\"ack\":true,\"self\":true},\"presence\":{\"enabled\":true}}"));
            v2.send("[\"1\",\"2\",\"realtime:rule:null\",\"broadcast\",{\"event\":\"e\"}]");
            v2.send("[\"1\",\"3\",\"realtime:rule:null\",\"broadcast\",{}]");
            v2.send("[\"1\",\"4\",\"realtime:rule:null\",\"presence\",{\"event\":\"track\",\"payload\":{}}]");
            v2.send("[\"1\",\"5\",\"realtime:rule:null\",\"presence\",null]");
            v2.send("[\"1\",\"6\",\"realtime:rule:null\",\"unknown\",null]");
            v2.send("[\"1\",\"7\",\"realtime:rule:null\",\"phx_leave\",null]");
            String frame = v2.next();
            while (!frame.contains("phx_close")) {
                if (frame.startsWith("[")) {
                    assertThat(new JsonArray(frame).getValue(4)).isInstanceOf(JsonObject.class);
                } else {
                    assertThat(frame).endsWith("|{}");
                }
                frame = v2.next();
            }
            v1.send(joinV1("realtime:rule:null", "{\"broadcast\":{\"self\":true}}"));
            v1.send(
                    "{\"topic\":\"realtime:rule:null\",\"event\":\"broadcast\",\"payload\":{\"event\":\"e\"},\"ref\":\"2\"}");
            v1.send("{\"topic\":\"realtime:rule:null\",\"event\":\"phx_leave\",\"payload\":null,\"ref\":\"3\"}");
            frame = v1.next();
            while (!frame.contains("phx_close")) {
                assertThat(new JsonObject(frame).getValue("payload")).isInstanceOf(JsonObject.class);
                frame = v1.next();
            }
        }
    }

    @Test
    void closesAndResetsWithTheReferenceOfTheJoinAsBothReferences() {
        try (var client = PhoenixClient.v2(base)) {
            client.join("session:refs", "41", Tokens.user("ada"));
            client.send("[\"41\",\"42\",\"realtime:session:refs\",\"access_token\",{\"access_token\":\""
                    + Tokens.expired("ada") + "\"}]");
            assertThat(client.next("phx_error")).startsWith("[\"41\",\"41\",");
            client.join("session:refs", "43", Tokens.user("ada"));
            client.send("[\"43\",\"44\",\"realtime:session:refs\",\"phx_leave\",{}]");
            assertThat(client.next("phx_close")).startsWith("[\"43\",\"43\",");
        }
    }

    @Test
    void sendsWhatEverybodyGetsWithoutAJoinReference() {
        try (var client = PhoenixClient.v2(base)) {
            String event = "e".repeat(255);
            client.send(
                    join("1", "realtime:rule:fan", "{\"broadcast\":{\"self\":true},\"presence\":{\"enabled\":true}}"));
            client.next("presence_state");
            client.send("[\"1\",\"2\",\"realtime:rule:fan\",\"presence\",{\"event\":\"track\",\"payload\":{}}]");
            assertThat(client.next("presence_diff")).startsWith("[null,null,\"realtime:rule:fan\",");
            client.send("[\"1\",\"3\",\"realtime:rule:fan\",\"broadcast\",{\"event\":\"" + event + "\"}]");
            // Kind 4 has no join reference at all.
            assertThat(client.next("|" + event + "|")).startsWith("kind 4: ");
        }
    }

    @Test
    void letsTheFirstJoinComeWithoutAToken() {
        try (var client = PhoenixClient.v2(base);
                var other = PhoenixClient.v2(base)) {
            other.join("session:late", "1", Tokens.user("ada"));
            // When
            client.send(
                    "[\"1\",\"1\",\"realtime:session:late\",\"phx_join\",{\"config\":{\"broadcast\":{\"ack\":true},\"private\":true}}]");
            // Then it is answered, and what is said meanwhile waits
            assertThat(client.next()).contains("phx_reply").contains("\"ok\"");
            client.send(
                    "[\"1\",\"2\",\"realtime:session:late\",\"broadcast\",{\"event\":\"typing\",\"payload\":{\"on\":true}}]");
            client.send("[\"1\",\"3\",\"realtime:session:late\",\"access_token\",{\"access_token\":\""
                    + Tokens.user("ada") + "\"}]");
            assertThat(other.next()).contains("|typing|").contains("\"on\":true");
            assertThat(client.next()).startsWith("[\"1\",\"2\",").contains("\"ok\"");
            client.send("[\"1\",\"4\",\"realtime:session:late\",\"phx_leave\",{}]");
            assertThat(client.next()).contains("phx_reply");
            assertThat(client.next()).contains("phx_close");
        }
    }

    @Test
    void showsNothingToALateJoinWhoseTokenHasNoRight() {
        try (var client = PhoenixClient.v2(base)) {
            for (String token : new String[] {Tokens.foreigner("ada"), Tokens.expired("ada"), "weir-local"}) {
                client.send("[\"1\",\"1\",\"realtime:session:late\",\"phx_join\",{\"config\":{\"private\":true}}]");
                assertThat(client.next()).contains("phx_reply");
                client.send("[\"1\",\"2\",\"realtime:session:late\",\"access_token\",{\"access_token\":\"" + token
                        + "\"}]");
                assertThat(client.next()).contains("\"system\"").contains("\"error\"");
                assertThat(client.next()).isEqualTo("[\"1\",\"1\",\"realtime:session:late\",\"phx_error\",{}]");
            }
            // A later join that brings a token takes the place of one that waits for it.
            client.send("[\"5\",\"5\",\"realtime:session:late\",\"phx_join\",{\"config\":{\"private\":true}}]");
            client.next("phx_reply");
            assertThat(client.join("session:late", "6", Tokens.user("ada")))
                    .isEqualTo("[\"5\",\"5\",\"realtime:session:late\",\"phx_close\",{}]");
            assertThat(client.next()).startsWith("[\"6\",\"6\",").contains("\"ok\"");
        }
    }

    @Test
    void answersALeaveOfATopicThatWasNeverJoined() {
        try (var client = PhoenixClient.v2(base)) {
            client.send("[null,\"21\",\"realtime:unjoined\",\"phx_leave\",{}]");
            assertThat(client.next())
                    .isEqualTo("[null,\"21\",\"realtime:unjoined\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]");
        }
    }

    @Test
    void echoesBindingsOfDatabaseChangesInOrderWithIds() {
        try (var client = PhoenixClient.v2(base)) {
            client.send(
                    join(
                            "1",
                            "realtime:rule:changes",
                            "{\"postgres_changes\":[{\"event\":\"UPDATE\",\"schema\":\"public\",\"table\":\"messages\",\"filter\":\"session=eq.a\"},{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\"messages\"}]}"));
            JsonArray echoed = new JsonArray(client.next("phx_reply"))
                    .getJsonObject(4)
                    .getJsonObject("response")
                    .getJsonArray("postgres_changes");
            assertThat(echoed).hasSize(2);
            assertThat(echoed.getJsonObject(0).getString("event")).isEqualTo("UPDATE");
            assertThat(echoed.getJsonObject(0).getString("filter")).isEqualTo("session=eq.a");
            assertThat(echoed.getJsonObject(0).getValue("id")).isInstanceOf(Integer.class);
            assertThat(echoed.getJsonObject(1).getString("event")).isEqualTo("INSERT");
            assertThat(echoed.getJsonObject(1).getValue("id"))
                    .isInstanceOf(Integer.class)
                    .isNotEqualTo(echoed.getJsonObject(0).getValue("id"));
        }
    }

    @Test
    void sendsThePresenceStateBeforeAnyDiffAlsoWhenEmpty() {
        try (var client = PhoenixClient.v2(base)) {
            client.send(join("1", "realtime:rule:state", "{\"presence\":{\"enabled\":true}}"));
            client.send("[\"1\",\"2\",\"realtime:rule:state\",\"presence\",{\"event\":\"track\",\"payload\":{}}]");
            assertThat(client.next()).contains("phx_reply");
            assertThat(client.next()).isEqualTo("[\"1\",null,\"realtime:rule:state\",\"presence_state\",{}]");
            assertThat(client.next("presence_diff")).contains("joins");
        }
    }

    @Test
    void neverRepliesToAnAccessToken() {
        try (var client = PhoenixClient.v2(base)) {
            client.join("session:silent", "1", Tokens.user("ada"));
            for (String token : new String[] {"\"" + Tokens.user("ada") + "\"", "null", "\"sb_publishable_1\""}) {
                client.send(
                        "[\"1\",\"2\",\"realtime:session:silent\",\"access_token\",{\"access_token\":" + token + "}]");
            }
            client.send("[\"1\",\"3\",\"realtime:nowhere\",\"access_token\",{\"access_token\":\"x\"}]");
            client.send("[null,\"9\",\"phoenix\",\"heartbeat\",{}]");
            assertThat(client.next()).contains("\"9\"").contains("phoenix");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/realtime/v1/api/broadcast", "/api/broadcast"})
    void answersASendOverHttpWithExactly202(String path) {
        var http = new EventsClient(base);
        try (var client = PhoenixClient.v2(base)) {
            client.send(join("1", "realtime:rule:http", "{}"));
            client.next("phx_reply");
            for (String type : new String[] {"application/json", "application/octet-stream"}) {
                var answer = http.get(http.request(path + "/rule%3Ahttp/events/tok?apikey=weir-local&vsn=2.0.0")
                        .header("Authorization", "Bearer " + Tokens.user("ada"))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"d\":\"Hé\"}"))
                        .build());
                assertThat(answer.statusCode()).isEqualTo(202);
                assertThat(answer.body()).isEmpty();
                assertThat(client.next()).startsWith("kind 4: realtime:rule:http|tok|");
            }
        }
    }

    @Test
    void takesFlagsAsStrings() {
        try (var client = PhoenixClient.v2(base)) {
            client.send(join("1", "realtime:rule:flags", "{\"private\":\"true\"}"));
            assertThat(client.next()).contains("Unauthorized");
            client.send(join(
                    "2",
                    "realtime:rule:flags",
                    "{\"private\":\"false\",\"broadcast\":{\"ack\":\"true\",\"self\":\"true\"}}"));
            assertThat(client.next()).contains("\"ok\"");
            client.send("[\"2\",\"3\",\"realtime:rule:flags\",\"broadcast\",{\"event\":\"e\"}]");
            assertThat(client.next()).startsWith("kind 4: ");
            assertThat(client.next()).contains("phx_reply");
        }
    }

    @Test
    void servesBothVersionsOnOneTopic() {
        try (var v1 = PhoenixClient.v1(base);
                var v2 = PhoenixClient.v2(base);
                var writer = PhoenixClient.v2(base)) {
            v1.send(joinV1("realtime:rule:both", "{}"));
            v1.next("phx_reply");
            v2.send(join("1", "realtime:rule:both", "{}"));
            v2.next("phx_reply");
            writer.send(join("1", "realtime:rule:both", "{}"));
            writer.next("phx_reply");
            for (int i = 0; i < 20; i++) {
                writer.sendHex(push("realtime:rule:both", "e", "{\"n\":" + i + "}"));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(v1.next()).contains("\"payload\":{\"n\":" + i + "}").contains("\"ref\":null");
                assertThat(v2.next()).endsWith("|{\"n\":" + i + "}");
            }
        }
    }

    @Test
    void keepsThePayloadOfBytesFromTheOldVersion() {
        try (var v1 = PhoenixClient.v1(base);
                var v2 = PhoenixClient.v2(base);
                var writer = PhoenixClient.v2(base)) {
            v1.send(joinV1("realtime:rule:bytes", "{}"));
            v1.next("phx_reply");
            v2.send(join("1", "realtime:rule:bytes", "{}"));
            v2.next("phx_reply");
            writer.send(join("1", "realtime:rule:bytes", "{}"));
            writer.next("phx_reply");
            // When bytes come as kind 3, as kind 0, and then JSON
            String names = HexFormat.of().formatHex("9realtime:rule:bytese".getBytes(StandardCharsets.UTF_8));
            writer.sendHex("03000113010000" + names + "78");
            writer.sendHex("0000011301" + names + "beef");
            writer.sendHex(push("realtime:rule:bytes", "e", "{}"));
            // Then every frame that is binary is of kind 4
            assertThat(v2.next()).startsWith("kind 4: ").endsWith("|78");
            assertThat(v2.next()).startsWith("kind 4: ").endsWith("|beef");
            assertThat(v2.next()).startsWith("kind 4: ").endsWith("|{}");
            assertThat(v1.next()).contains("\"payload\":{}");
        }
    }

    @Test
    void keepsCloseForWhatIsFinal() {
        try (var wire = RawSocket.open(base, "/realtime/v1/websocket?apikey=weir-local&vsn=2.0.0")) {
            // Too much without ack, in one go: reset
            byte[] frame = RawSocket.frame(
                    RawSocket.TEXT,
                    "[\"1\",null,\"realtime:rule:much\",\"broadcast\",{\"event\":\"e\"}]"
                            .getBytes(StandardCharsets.UTF_8));
            var all = new ByteArrayOutputStream();
            for (int i = 0; i < 5000; i++) {
                all.writeBytes(frame);
            }
            wire.send(RawSocket.TEXT, join("1", "realtime:rule:much", "{}").getBytes(StandardCharsets.UTF_8));
            wire.next("phx_reply");
            wire.write(all.toByteArray());
            assertThat(wire.next()).contains("\"system\"").contains("Too many messages per second");
            assertThat(wire.next()).isEqualTo("[\"1\",\"1\",\"realtime:rule:much\",\"phx_error\",{}]");
        }
        try (var client = PhoenixClient.v2(base)) {
            // A token that ends among others: reset
            client.join("session:a", "2", Tokens.user("ada", Duration.ofSeconds(2)));
            client.join("session:b", "3", Tokens.user("ada"));
            assertThat(client.next("session:a")).contains("\"system\"");
            assertThat(client.next()).contains("session:a").contains("phx_error");
            // A right that is lost: closed
            client.send("[\"3\",\"4\",\"realtime:session:b\",\"access_token\",{\"access_token\":\""
                    + Tokens.foreigner("ada") + "\"}]");
            assertThat(client.next()).contains("no longer have permission");
            assertThat(client.next()).isEqualTo("[\"3\",\"3\",\"realtime:session:b\",\"phx_close\",{}]");
        }
    }

    @Test
    void dropsTheSocketWhereTheTokenOfAllItsChannelsEnds() {
        try (var client = PhoenixClient.v2(base)) {
            String token = Tokens.user("ada", Duration.ofSeconds(2));
            client.join("session:a", "1", token);
            client.join("session:b", "2", token);
            // Then the client connects again, and asks for a new token when it does
            assertThat(client.next("closed")).isEqualTo("closed 1013");
        }
    }

    @Test
    void letsASocketHaveAHundredChannelsAndNoMore() {
        try (var client = PhoenixClient.v2(base)) {
            for (int i = 0; i < 100; i++) {
                assertThat(joined(client, i)).contains("\"ok\"");
            }
            assertThat(joined(client, 100)).contains("ChannelRateLimitReached: Too many channels");
            client.send("[\"7\",\"200\",\"realtime:rule:c7\",\"phx_leave\",{}]");
            client.next("phx_close");
            assertThat(joined(client, 100)).contains("\"ok\"");
        }
    }

    /** The reply to a join; as often as the rate of joins asks for. */
    private static String joined(PhoenixClient client, int i) {
        String reply;
        do {
            client.send(join(String.valueOf(i), "realtime:rule:c" + i, "{}"));
            reply = client.next();
        } while (reply.contains("ClientJoinRateLimitReached"));
        return reply;
    }

    private static String join(String ref, String topic, String config) {
        return "[\"%s\",\"%s\",\"%s\",\"phx_join\",{\"config\":%s,\"access_token\":\"%s\"}]"
                .formatted(ref, ref, topic, config, Tokens.user("ada"));
    }

    private static String joinV1(String topic, String config) {
        return "{\"topic\":\"%s\",\"event\":\"phx_join\",\"payload\":{\"config\":%s,\"access_token\":\"%s\"},\"ref\":\"1\",\"join_ref\":\"1\"}"
                .formatted(topic, config, Tokens.user("ada"));
    }

    /** A frame of kind 3 with JSON, without join reference and with reference 9. */
    private static String push(String topic, String event, String payload) {
        HexFormat hex = HexFormat.of();
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        byte[] eventBytes = event.getBytes(StandardCharsets.UTF_8);
        return "030001" + hex.toHexDigits((byte) topicBytes.length) + hex.toHexDigits((byte) eventBytes.length) + "0001"
                + hex.formatHex(("9" + topic + event + payload).getBytes(StandardCharsets.UTF_8));
    }
}
