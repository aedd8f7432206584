package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Broadcasts that are kept and told again to those who join later. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class ReplayTest {
    private static final String CHANNEL = "workspace:w1:channel:";

    @TestHTTPResource("/")
    URI base;

    @Test
    void tellsWhatWasKeptOldestFirstBeforePresenceAndLiveMessages() {
        try (var writer = PhoenixClient.v2(base);
                var reader = PhoenixClient.v2(base);
                var old = PhoenixClient.v1(base)) {
            String topic = "realtime:" + CHANNEL + "kept";
            writer.join(CHANNEL + "kept", "1", Tokens.user("ada"));
            // Given
            writer.sendHex(push(topic, "first", "{\"persist\":true}", "01", "{\"n\":1}"));
            String id = writer.next("phx_reply").replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
            writer.sendHex(push(topic, "plain", "", "01", "{\"n\":0}"));
            assertThat(writer.next("phx_reply")).contains("\"response\":{}");
            writer.sendHex(push(topic, "bytes", "{\"persist\":{\"ttl\":60}}", "00", "\u0001\u0002"));
            writer.next("phx_reply");
            // When
            reader.send(join("2", topic, "{\"since\":0,\"limit\":10}", true));
            // Then
            assertThat(reader.next()).contains("phx_reply").contains("\"ok\"");
            assertThat(reader.next())
                    .isEqualTo("kind 4: " + topic + "|first|{\"replayed\":true,\"id\":\"" + id + "\"}|{\"n\":1}");
            assertThat(reader.next())
                    .startsWith("kind 4: " + topic + "|bytes|{\"replayed\":true,\"id\":\"")
                    .endsWith("|0102");
            assertThat(reader.next()).contains("presence_state");
            // And under the old version the same, but for the bytes
            old.send(
                    "{\"topic\":\"%s\",\"event\":\"phx_join\",\"payload\":{\"config\":{\"private\":true,\"broadcast\":{\"replay\":{\"since\":0}}},\"access_token\":\"%s\"},\"ref\":\"6\",\"join_ref\":\"6\"}"
                            .formatted(topic, Tokens.user("ada")));
            old.next("phx_reply");
            assertThat(old.next("broadcast"))
                    .isEqualTo("{\"topic\":\"" + topic
                            + "\",\"event\":\"broadcast\",\"payload\":{\"type\":\"broadcast\","
                            + "\"event\":\"first\",\"payload\":{\"n\":1},\"meta\":{\"replayed\":true,\"id\":\"" + id
                            + "\"}},\"ref\":null}");
            // When a message with an id that was replayed comes again, live
            assertThat(post("/realtime/v1/api/broadcast", batch(CHANNEL + "kept", id)))
                    .isEqualTo(202);
            assertThat(post("/realtime/v1/api/broadcast", batch(CHANNEL + "kept", "another")))
                    .isEqualTo(202);
            // Then
            assertThat(reader.next()).contains("|re|").contains("\"another\"");
        }
    }

    @Test
    void tellsTheNewestUpToTheLimitAndNoMoreThanTwentyFive() {
        try (var writer = PhoenixClient.v2(base)) {
            String topic = "realtime:" + CHANNEL + "many";
            writer.join(CHANNEL + "many", "1", Tokens.user("ada"));
            for (int i = 1; i <= 30; i++) {
                writer.sendHex(push(topic, "m", "{\"persist\":true}", "01", "{\"n\":" + i + "}"));
                writer.next("phx_reply");
            }
            assertThat(replayed(topic, "{\"since\":0,\"limit\":3}")).isEqualTo("28 29 30");
            assertThat(replayed(topic, "{\"since\":0,\"limit\":1000}"))
                    .startsWith("6 7 ")
                    .endsWith(" 30");
            assertThat(replayed(topic, "{\"since\":0}")).startsWith("6 7 ").endsWith(" 30");
            assertThat(replayed(topic, "{\"since\":0,\"limit\":0}")).isEqualTo("30");
            assertThat(replayed(topic, "{\"since\":99999999999999,\"limit\":3}"))
                    .isEmpty();
        }
    }

    private String replayed(String topic, String replay) {
        try (var reader = PhoenixClient.v2(base)) {
            reader.send(join("1", topic, replay, true));
            reader.next("phx_reply");
            var numbers = new StringBuilder();
            String frame = reader.next();
            while (!frame.contains("presence_state")) {
                numbers.append(frame.replaceAll(".*\\{\"n\":(\\d+)}", "$1")).append(' ');
                frame = reader.next();
            }
            return numbers.toString().strip();
        }
    }

    @Test
    void refusesWhatCannotBeReplayed() {
        try (var client = PhoenixClient.v2(base)) {
            String topic = "realtime:" + CHANNEL + "refused";
            for (String replay : new String[] {"{}", "true", "{\"since\":\"x\"}", "{\"since\":0,\"limit\":1.5}"}) {
                client.send(join("1", topic, replay, true));
                assertThat(client.next()).contains("UnableToReplayMessages: Replay params are not valid");
            }
            client.send(join("2", topic, "{\"since\":0}", false));
            assertThat(client.next()).contains("UnableToReplayMessages: Replay is not allowed for public channels");
            // What asks to be kept on a public channel is refused too
            client.send(
                    "[\"3\",\"3\",\"realtime:room:kept\",\"phx_join\",{\"config\":{\"broadcast\":{\"ack\":true}},\"access_token\":\""
                            + Tokens.user("ada") + "\"}]");
            client.next("phx_reply");
            client.sendHex(push("realtime:room:kept", "m", "{\"persist\":true}", "01", "{}"));
            assertThat(client.next()).contains("\"error\"").contains("persist_needs_private_channel");
        }
    }

    @Test
    void repeatsNothingToAChannelThatJoinsAgainAfterAReset() {
        try (var writer = PhoenixClient.v2(base);
                var reader = PhoenixClient.v2(base)) {
            String topic = "realtime:" + CHANNEL + "again";
            writer.join(CHANNEL + "again", "1", Tokens.user("ada"));
            keep(writer, topic, 1);
            reader.send(join("1", topic, "{\"since\":0}", true));
            assertThat(reader.next("kind 4")).contains("{\"n\":1}");
            keep(writer, topic, 2);
            assertThat(reader.next("kind 4")).contains("{\"n\":2}");
            // When the channel is reset
            reader.send("[\"1\",\"2\",\"" + topic + "\",\"access_token\",{\"access_token\":\"" + Tokens.expired("ada")
                    + "\"}]");
            reader.next("phx_error");
            keep(writer, topic, 3);
            // Then it gets only what it has missed, though it asks for all
            reader.send(join("3", topic, "{\"since\":0}", true));
            reader.next("phx_reply");
            assertThat(reader.next()).contains("{\"n\":3}");
            assertThat(reader.next()).contains("presence_state");
            // When it leaves and comes back, it is a new channel, which gets all
            reader.send("[\"3\",\"4\",\"" + topic + "\",\"phx_leave\",{}]");
            reader.next("phx_close");
            reader.send(join("5", topic, "{\"since\":0}", true));
            assertThat(reader.next("kind 4")).contains("{\"n\":1}");
        }
    }

    private static void keep(PhoenixClient writer, String topic, int n) {
        writer.sendHex(push(topic, "m", "{\"persist\":true}", "01", "{\"n\":" + n + "}"));
        writer.next("phx_reply");
    }

    @Test
    void keepsWhatIsPostedOverHttp() {
        String path = "/realtime/v1/api/broadcast/" + CHANNEL.replace(":", "%3A") + "http/events/m?private=true";
        assertThat(post(path + "&persist=true", "{\"n\":1}")).isEqualTo(202);
        assertThat(post(path + "&persist%5Bttl%5D=60", "{\"n\":2}")).isEqualTo(202);
        assertThat(post(path, "{\"n\":3}")).isEqualTo(202);
        assertThat(post(path + "&persist=maybe", "{\"n\":4}")).isEqualTo(422);
        assertThat(post(path + "&persist%5Bttl%5D=0", "{\"n\":4}")).isEqualTo(422);
        assertThat(post("/realtime/v1/api/broadcast/room/events/m?persist=true", "{}"))
                .isEqualTo(422);
        assertThat(replayed("realtime:" + CHANNEL + "http", "{\"since\":0}")).isEqualTo("1 2");
    }

    private int post(String path, String body) {
        var http = new EventsClient(base);
        return http.get(http.request(path)
                        .header("Authorization", "Bearer " + Tokens.user("ada"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build())
                .statusCode();
    }

    private static String batch(String topic, String id) {
        return "{\"messages\":[{\"topic\":\"%s\",\"event\":\"re\",\"payload\":{},\"private\":true,\"id\":\"%s\"}]}"
                .formatted(topic, id);
    }

    private static String join(String ref, String topic, String replay, boolean privately) {
        return "[\"%s\",\"%s\",\"%s\",\"phx_join\",{\"config\":{\"broadcast\":{\"replay\":%s},\"presence\":{\"enabled\":true},\"private\":%s},\"access_token\":\"%s\"}]"
                .formatted(ref, ref, topic, replay, privately, Tokens.user("ada"));
    }

    /** A frame of kind 3 without join reference, with reference 9. */
    private static String push(String topic, String event, String metadata, String encoding, String payload) {
        HexFormat hex = HexFormat.of();
        return "030001" + hex.toHexDigits((byte) topic.length()) + hex.toHexDigits((byte) event.length())
                + hex.toHexDigits((byte) metadata.length()) + encoding
                + hex.formatHex(("9" + topic + event + metadata + payload).getBytes(StandardCharsets.UTF_8));
    }
}
