package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What people say on topics: broadcasts, over sockets and over HTTP, and presence. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class BroadcastTest {
    private static final String PATH = "/realtime/v1/websocket?apikey=weir-local&vsn=2.0.0";

    @TestHTTPResource("/")
    URI base;

    @Test
    void broadcastsWithAckAndSelf() {
        try (var v2 = PhoenixClient.v2(base);
                var v1 = PhoenixClient.v1(base)) {
            String token = Tokens.user("ada");
            v2.send(
                    "[\"6\",\"6\",\"realtime:room:1\",\"phx_join\",{\"config\":{\"broadcast\":{\"ack\":true,\"self\":true},\"private\":false},\"access_token\":\""
                            + token + "\"}]");
            v2.next("phx_reply");
            v1.send(
                    "{\"topic\":\"realtime:room:1\",\"event\":\"phx_join\",\"payload\":{\"config\":{},\"access_token\":\""
                            + token + "\"},\"ref\":\"6\",\"join_ref\":\"6\"}");
            v1.next("phx_reply");
            // When
            v2.sendHex("0301010f03000136377265616c74696d653a726f6f6d3a31746f6b7b2264223a2248c3a9227d");
            // Then
            assertThat(v2.next())
                    .startsWith("kind 4: realtime:room:1|tok|{\"id\":\"")
                    .endsWith("|{\"d\":\"Hé\"}");
            assertThat(v2.next())
                    .isEqualTo("[\"6\",\"7\",\"realtime:room:1\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]");
            assertThat(v1.next("\"tok\"")).contains("\"type\":\"broadcast\"").contains("{\"d\":\"Hé\"}");
            // When the other side answers in text, and without self
            v1.send(
                    "{\"topic\":\"realtime:room:1\",\"event\":\"broadcast\",\"payload\":{\"type\":\"broadcast\",\"event\":\"re\",\"payload\":{\"n\":1}},\"ref\":\"7\",\"join_ref\":\"6\"}");
            // Then
            assertThat(v2.next()).startsWith("kind 4: realtime:room:1|re|").endsWith("|{\"n\":1}");
            assertThat(v1.isQuiet(200)).isTrue();
            // When bytes are sent, only the new version has a form for them
            v2.sendHex("0301010f03000036387265616c74696d653a726f6f6d3a3162696edead");
            assertThat(v2.next()).startsWith("kind 4: realtime:room:1|bin|").endsWith("|dead");
            assertThat(v1.isQuiet(200)).isTrue();
        }
    }

    @Test
    void refusesInsteadOfDroppingSilently() {
        try (var client = PhoenixClient.v2(base)) {
            client.join("session:rules", "6", Tokens.user("ada"));
            // When a person says what only the gateway says
            client.send(
                    "[\"6\",\"7\",\"realtime:session:rules\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"token\",\"payload\":{}}]");
            // Then
            assertThat(client.next()).contains("\"status\":\"error\"").contains("unauthorized");
            // When the payload is too long
            String big = "x".repeat(256 * 1024);
            client.send(
                    "[\"6\",\"8\",\"realtime:session:rules\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"typing\",\"payload\":{\"x\":\""
                            + big + "\"}}]");
            // Then
            assertThat(client.next()).contains("payload_size_exceeded");
        }
    }

    @Test
    void refusesASignalOfRawBytes() {
        try (var writer = PhoenixClient.v2(base);
                var reader = PhoenixClient.v2(base)) {
            writer.join("session:raw", "6", Tokens.user("ada"));
            reader.join("session:raw", "6", Tokens.user("ada"));
            String topic = "realtime:session:raw";
            String forged = "0},\"topic\":\"realtime:session:other\",\"payload\":{\"event\":\"token\",\"payload\":{}";
            // When bytes come under the name of a signal, marked as no JSON
            writer.sendHex("030101" + HexFormat.of().toHexDigits((byte) topic.length()) + "060000"
                    + HexFormat.of().formatHex(("67" + topic + "typing" + forged).getBytes(StandardCharsets.UTF_8)));
            // Then
            assertThat(writer.next()).contains("\"status\":\"error\"").contains("malformed_broadcast");
            assertThat(reader.isQuiet(200)).isTrue();
        }
    }

    @Test
    void showsWhoIsPresent() {
        try (var alice = PhoenixClient.v2(base);
                var bob = PhoenixClient.v2(base)) {
            alice.send(presenceJoin("alice", Tokens.user("alice")));
            assertThat(alice.next()).contains("phx_reply");
            assertThat(alice.next()).isEqualTo("[\"6\",null,\"realtime:lobby\",\"presence_state\",{}]");
            // When
            alice.send(
                    "[\"6\",\"10\",\"realtime:lobby\",\"presence\",{\"type\":\"presence\",\"event\":\"track\",\"payload\":{\"name\":\"Alice\"}}]");
            // Then
            assertThat(alice.next("presence_diff"))
                    .contains("\"joins\":{\"alice\":{\"metas\":[{\"name\":\"Alice\",\"phx_ref\":\"")
                    .contains("\"leaves\":{}");
            bob.send(presenceJoin("bob", Tokens.user("bob")));
            assertThat(bob.next("presence_state")).contains("\"alice\"").contains("\"Alice\"");
            // When she goes
            alice.cut();
            assertThat(bob.next("presence_diff")).contains("\"joins\":{}").contains("\"leaves\":{\"alice\"");
            // When a key would break the client
            bob.send(presenceJoin("ids", Tokens.user("bob")).replace("lobby", "lobby2"));
            bob.next("presence_state");
            bob.send(
                    "[\"6\",\"11\",\"realtime:lobby2\",\"presence\",{\"type\":\"presence\",\"event\":\"track\",\"payload\":{}}]");
            assertThat(bob.next()).contains("\"error\"").contains("must not be ids");
        }
    }

    private static String presenceJoin(String key, String token) {
        return "[\"6\",\"6\",\"realtime:lobby\",\"phx_join\",{\"config\":{\"presence\":{\"key\":\"" + key
                + "\",\"enabled\":true},\"private\":false},\"access_token\":\"" + token + "\"}]";
    }

    @Test
    void takesBroadcastsOverHttp() {
        var http = new EventsClient(base);
        try (var client = PhoenixClient.v2(base)) {
            String token = Tokens.user("ada");
            client.send("[\"6\",\"6\",\"realtime:room:2\",\"phx_join\",{\"config\":{},\"access_token\":\"" + token
                    + "\"}]");
            client.next("phx_reply");
            // When
            var batch = http.get(post(http, "/realtime/v1/api/broadcast?apikey=weir-local&vsn=2.0.0", token)
                    .header("Content-Type", "application/json")
                    .POST(
                            HttpRequest.BodyPublishers.ofString(
                                    "{\"messages\":[{\"topic\":\"room:2\",\"event\":\"tok\",\"payload\":{\"a\":1},\"private\":false}]}"))
                    .build());
            var single = http.get(post(http, "/realtime/v1/api/broadcast/room%3A2/events/one?apikey=weir-local", token)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"b\":2}"))
                    .build());
            // Then
            assertThat(batch.statusCode()).isEqualTo(202);
            assertThat(single.statusCode()).isEqualTo(202);
            assertThat(client.next()).startsWith("kind 4: realtime:room:2|tok|").endsWith("|{\"a\":1}");
            assertThat(client.next()).startsWith("kind 4: realtime:room:2|one|").endsWith("|{\"b\":2}");
            assertThat(status(
                            http,
                            "/realtime/v1/api/broadcast/session:x/events/token?private=true",
                            token,
                            "{}",
                            "application/json"))
                    .isEqualTo(403);
            assertThat(status(http, "/realtime/v1/api/broadcast/room/events/e", token, "{}", "text/plain"))
                    .isEqualTo(415);
            assertThat(status(http, "/realtime/v1/api/broadcast/room/events/e", "unknown", "{}", "application/json"))
                    .isEqualTo(401);
            assertThat(status(http, "/realtime/v1/api/broadcast", token, "{\"messages\":[{}]}", "application/json"))
                    .isEqualTo(422);
            assertThat(status(
                            http, "/realtime/v1/api/broadcast", "weir-local", "{\"messages\":[]}", "application/json"))
                    .isEqualTo(202);
        }
    }

    @Test
    void refusesTooMuchOverHttpAndTellsTheRate() {
        var http = new EventsClient(base);
        String token = Tokens.user("busy");
        // When a payload has exactly the bound, or one byte more
        var largest = single(http, token, payload(256 * 1024));
        var larger = single(http, token, payload(256 * 1024 + 1));
        // Then
        assertThat(largest.statusCode()).isEqualTo(202);
        assertThat(larger.statusCode()).isEqualTo(413);
        assertThat(larger.body()).isEqualTo("{\"message\":\"Payload size exceeds tenant limit\"}");
        assertThat(rate(largest, "limit")).isEqualTo(500);
        assertThat(rate(largest, "limit-remaining")).isEqualTo(499);
        assertThat(rate(largest, "rolling")).isEqualTo(1);
        // When a batch has one message too many, it is not counted
        var tooMany = batch(http, token, 501);
        // Then
        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.body()).contains("please reduce the batch size");
        assertThat(tooMany.headers().firstValue("x-rate-limit")).isEmpty();
        // When one batch follows the other, faster than the rate allows
        var answer = batch(http, token, 500);
        for (int i = 0; i < 50 && answer.statusCode() == 202; i++) {
            answer = batch(http, token, 500);
        }
        // Then none of its messages is counted
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).isEqualTo("{\"message\":\"You have exceeded your rate limit\"}");
        assertThat(rate(answer, "limit")).isEqualTo(500);
        assertThat(rate(answer, "limit-remaining")).isLessThan(500);
        assertThat(rate(answer, "rolling")).isEqualTo(500 - rate(answer, "limit-remaining"));
        // Then others are not concerned
        assertThat(batch(http, Tokens.user("calm"), 500).statusCode()).isEqualTo(202);
    }

    private static long rate(HttpResponse<String> answer, String what) {
        return answer.headers().firstValueAsLong("x-rate-" + what).orElseThrow();
    }

    /** A JSON string of so many bytes. */
    private static String payload(int bytes) {
        return "\"" + "x".repeat(bytes - 2) + "\"";
    }

    private static HttpResponse<String> single(EventsClient http, String token, String payload) {
        return http.get(post(http, "/realtime/v1/api/broadcast/much/events/e", token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build());
    }

    private static HttpResponse<String> batch(EventsClient http, String token, int messages) {
        String message = "{\"topic\":\"much\",\"event\":\"e\",\"payload\":{}}";
        return http.get(post(http, "/realtime/v1/api/broadcast", token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"messages\":[" + String.join(",", Collections.nCopies(messages, message)) + "]}"))
                .build());
    }

    private static int status(EventsClient http, String path, String token, String body, String type) {
        return http.get(post(http, path, token)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build())
                .statusCode();
    }

    private static HttpRequest.Builder post(EventsClient http, String path, String token) {
        return http.request(path).header("Authorization", "Bearer " + token).header("apikey", "weir-local");
    }

    @Test
    void speaksAboutRoomsInUtf8() {
        try (var client = PhoenixClient.at(base, PATH, null)) {
            String topic = HexFormat.of().formatHex("é".getBytes(StandardCharsets.UTF_8));
            client.send(
                    "[\"6\",\"6\",\"realtime:é\",\"phx_join\",{\"config\":{\"broadcast\":{\"self\":true}},\"access_token\":\""
                            + Tokens.user("ada") + "\"}]");
            client.next("phx_reply");
            // When
            client.sendHex("0301010b03000136377265616c74696d653a" + topic + "746f6b7b7d");
            // Then
            assertThat(client.next()).startsWith("kind 4: realtime:é|tok|");
        }
    }
}
