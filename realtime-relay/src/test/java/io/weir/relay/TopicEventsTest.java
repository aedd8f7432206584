package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics over plain HTTP. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class TopicEventsTest {
    @TestHTTPResource("/")
    URI base;

    private TopicFollower follow(String topic, String query, String cursor, boolean ndjson) {
        return new TopicFollower(base, topic, query, Tokens.user("ada"), cursor, ndjson);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsAStreamFromTheMiddleOnAndGoesOnAtTheCursor(boolean ndjson) {
        // Given
        String session = "follow-" + ndjson;
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", session, "How are you?"));
            gateway.append(stream, 1, TestGateway.delta(1, "I am"));
            gateway.append(stream, 1, TestGateway.delta(2, " \\\"fine\\\""));
            gateway.awaitAck(2);
            String cursor;
            // When
            try (var reader = follow("session:" + session, "", "", ndjson)) {
                // Then
                assertThat(reader.status()).isEqualTo(200);
                assertThat(reader.contentType())
                        .isEqualTo(ndjson ? "application/x-ndjson; charset=utf-8" : "text/event-stream; charset=utf-8");
                var snapshot = reader.next("token").payload();
                assertThat(snapshot.getString("text")).isEqualTo("I am \"fine\"");
                assertThat(snapshot.getLong("offset")).isEqualTo(2);
                assertThat(snapshot.getBoolean("snapshot")).isTrue();
                gateway.append(stream, 1, TestGateway.delta(3, ","));
                assertThat(reader.next("token").payload().getString("text")).isEqualTo(",");
                cursor = reader.cursor();
                assertThat(cursor).isEqualTo(stream + ":3");
            }
            gateway.append(stream, 1, TestGateway.delta(4, " thank"));
            gateway.append(stream, 1, TestGateway.delta(5, " you"));
            gateway.awaitAck(5);
            // When the reader comes back, once while the stream is open and once when it is over
            try (var reader = follow("session:" + session, "", cursor, ndjson)) {
                var token = reader.next("token").payload();
                assertThat(token.getString("text")).isEqualTo(" thank you");
                assertThat(token.getLong("from")).isEqualTo(4);
                assertThat(token.containsKey("snapshot")).isFalse();
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, 6, EndReason.COMPLETED, "x"));
            gateway.awaitAck(6);
            try (var reader = follow("session:" + session, "?after=" + cursor, "nonsense", ndjson)) {
                assertThat(reader.next("token").payload().getString("text")).isEqualTo(" thank you");
                assertThat(reader.next("end").payload().getString("reason")).isEqualTo("completed");
                assertThat(reader.cursor()).isEqualTo(stream + ":6");
            }
        }
    }

    @Test
    void showsTheOtherStreamsOfTheTopicAsSnapshotsOnResume() {
        // Given three streams on one topic
        StreamId mine = TestGateway.newStream();
        StreamId open = TestGateway.newStream();
        StreamId over = TestGateway.newStream();
        var header = TestGateway.header("ada", "several", null);
        try (var gateway = new TestGateway(base)) {
            for (StreamId stream : new StreamId[] {mine, open, over}) {
                gateway.open(stream, 1, header);
                gateway.append(stream, 1, TestGateway.delta(1, "a"));
                gateway.append(stream, 1, TestGateway.delta(2, "b"));
                gateway.awaitAck(2);
            }
            gateway.append(over, 1, TestGateway.terminal(over, 3, EndReason.COMPLETED, "ab"));
            gateway.awaitAck(3);
            // When
            try (var reader = follow("session:several", "", mine + ":1", false)) {
                // Then
                var first = reader.next("token").payload();
                var second = reader.next("token").payload();
                var end = reader.next("end").payload();
                var third = reader.next("token").payload();
                assertThat(first.getString("streamId") + first.getString("text"))
                        .isEqualTo(mine + "b");
                assertThat(second.getString("streamId") + second.getString("text"))
                        .isEqualTo(over + "ab");
                assertThat(second.getBoolean("snapshot")).isTrue();
                assertThat(end.getString("streamId")).isEqualTo(over.toString());
                assertThat(third.getString("streamId") + third.getString("text"))
                        .isEqualTo(open + "ab");
                assertThat(third.getBoolean("snapshot")).isTrue();
            }
            for (StreamId stream : new StreamId[] {mine, open}) {
                gateway.append(stream, 1, TestGateway.terminal(stream, 3, EndReason.COMPLETED, "ab"));
                gateway.awaitAck(3);
            }
        }
    }

    @Test
    void missesNothingBetweenConnectingAndTheFirstEvent() {
        // Given a reader that was connected, and told nothing
        String cursor;
        try (var reader = follow("session:nothing-yet", "", "", false)) {
            reader.awaitHeartbeat();
            reader.awaitHeartbeat();
            cursor = reader.cursor();
        }
        assertThat(cursor).startsWith("@");
        // When a whole stream passes
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "nothing-yet", null));
            gateway.tell(stream, 1, EndReason.COMPLETED, "all", " of it");
        }
        // Then
        try (var reader = follow("session:nothing-yet", "", cursor, false)) {
            assertThat(reader.next("token").payload().getString("text")).isEqualTo("all of it");
            reader.next("end");
        }
    }

    @Test
    void saysThatAStreamIsNotHereAnyMore() {
        // Given
        StreamId unknown = TestGateway.newStream();
        // When
        try (var reader = follow("session:evicted", "", unknown + ":7", false)) {
            // Then
            var gap = reader.next("weir.gap").payload();
            assertThat(gap.getString("streamId")).isEqualTo(unknown.toString());
            assertThat(gap.getLong("from")).isEqualTo(8);
        }
    }

    @Test
    void tellsBroadcastsOnOneLine() {
        // Given
        try (var reader = follow("lobby", "", "", false);
                var rows = follow("lobby", "", "", true);
                var speaker = PhoenixClient.v2(base)) {
            reader.awaitHeartbeat();
            reader.awaitHeartbeat();
            rows.awaitHeartbeat();
            speaker.send("[\"1\",\"1\",\"realtime:lobby\",\"phx_join\",{\"config\":{},\"access_token\":\""
                    + Tokens.user("eve") + "\"}]");
            speaker.next("phx_reply");
            // When the payload has line breaks, and the name as well
            String payload = "{\n\"a\":\r\n1}";
            String head = "03%02x%02x%02x%02x0001".formatted(1, 0, 14, 5);
            speaker.sendHex(head
                    + java.util.HexFormat.of()
                            .formatHex(("1realtime:lobbywo\nrd" + payload)
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            // Then
            var said = reader.next("wo_rd").payload();
            assertThat(said.getInteger("a")).isEqualTo(1);
            assertThat(rows.next("wo\nrd").payload().getInteger("a")).isEqualTo(1);
        }
    }

    @Test
    void keepsTheRulesOfTheTopicTable() {
        // Then
        assertThat(status("session:mine", "", Tokens.user("ada"), "")).isEqualTo(200);
        assertThat(status("workspace:w2:channel:c", "", Tokens.user("ada"), "")).isEqualTo(403);
        assertThat(status("worker_jobs", "", Tokens.user("ada"), "")).isEqualTo(403);
        assertThat(status("anything", "?private=true", Tokens.user("ada"), "")).isEqualTo(403);
        assertThat(status("anything", "", Tokens.expired("ada"), "")).isEqualTo(401);
        assertThat(status("anything", "", Tokens.forged("ada"), "")).isEqualTo(401);
        assertThat(status("anything", "?updates_per_second=0", Tokens.user("ada"), ""))
                .isEqualTo(400);
        assertThat(status("anything", "?updates_per_second=101", Tokens.user("ada"), ""))
                .isEqualTo(400);
        assertThat(status("anything", "?updates_per_second=100", Tokens.user("ada"), ""))
                .isEqualTo(200);
        assertThat(status("anything", "", Tokens.user("ada"), "12")).isEqualTo(400);
        assertThat(status("t".repeat(255), "", Tokens.user("ada"), "")).isEqualTo(200);
        assertThat(status("t".repeat(256), "", Tokens.user("ada"), "")).isEqualTo(400);
    }

    private int status(String topic, String query, String token, String cursor) {
        try (var reader = new TopicFollower(base, topic, query, token, cursor, false)) {
            return reader.status();
        }
    }

    @Test
    void endsWithTheTokenAndShowsNobodyTheSessionOfAnother() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var eve = new TopicFollower(
                        base, "session:short", "", Tokens.user("eve", java.time.Duration.ofSeconds(2)), "", false)) {
            gateway.open(stream, 1, TestGateway.header("ada", "short", null));
            gateway.tell(stream, 1, EndReason.COMPLETED, "secret");
            // Then
            var last = eve.next();
            assertThat(last.name()).isEqualTo("weir.closed");
            assertThat(last.payload().getString("reason")).isEqualTo("token_expired");
            assertThat(eve.next().name()).isEqualTo("closed");
        }
    }

    @Test
    void tellsNoMoreOftenThanAsked() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var reader = follow("session:paced", "?updates_per_second=2", "", false)) {
            reader.awaitHeartbeat();
            reader.awaitHeartbeat();
            gateway.open(stream, 1, TestGateway.header("ada", "paced", null));
            // When
            var text = new StringBuilder();
            for (int i = 1; i <= 300; i++) {
                gateway.append(stream, 1, TestGateway.delta(i, "w" + i + " "));
                text.append("w").append(i).append(' ');
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, 301, EndReason.COMPLETED, "x"));
            gateway.awaitAck(301);
            // Then
            int updates = 0;
            var told = new StringBuilder();
            var event = reader.next();
            while (!event.name().equals("end")) {
                if (event.name().equals("token")) {
                    updates++;
                    told.append(event.payload().getString("text"));
                }
                event = reader.next();
            }
            assertThat(told.toString()).isEqualTo(text.toString());
            assertThat(updates).isLessThan(100);
        }
    }
}
