package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.relay.log.StreamLogs;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.json.JsonText;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.Framing;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.CanonicalReader;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions and answers in PostgreSQL, and streams told again from there. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class ConversationTest {
    @TestHTTPResource("/")
    URI base;

    @Inject
    StreamLogs logs;

    @AfterEach
    void mend() {
        Shared.wire().mend();
    }

    @Test
    void writesQuestionAndAnswerOnce() throws SQLException {
        // Given
        StreamId stream = TestGateway.newStream();
        var header = TestGateway.header("writer", "once", "What is a weir?\nTell me.");
        // When the answer is told twice, over two connections
        for (int i = 0; i < 2; i++) {
            try (var gateway = new TestGateway(base)) {
                gateway.open(stream, 1, header);
                gateway.tell(stream, 1, EndReason.MAX_OUTPUT_TOKENS, "A \\\"low\\\"", " dam\\n\\u00e9");
            }
        }
        // Then
        var messages = get("/v1/sessions/once/messages", "writer").getJsonArray("messages");
        assertThat(messages).hasSize(2);
        JsonObject answer = messages.getJsonObject(0);
        assertThat(answer.getString("role")).isEqualTo("assistant");
        assertThat(answer.getString("content")).isEqualTo("A \"low\" dam\né");
        assertThat(answer.getString("state")).isEqualTo("max_output_tokens");
        assertThat(answer.getString("streamId")).isEqualTo(stream.toString());
        assertThat(messages.getJsonObject(1).getString("content")).isEqualTo("What is a weir?\nTell me.");
        JsonObject session =
                get("/v1/sessions", "writer").getJsonArray("sessions").getJsonObject(0);
        assertThat(session.getString("id")).isEqualTo("once");
        assertThat(session.getString("title")).isEqualTo("What is a weir?");
        assertThat(session.getLong("messages")).isEqualTo(2);
        assertThat(count("SELECT count(*) FROM messages WHERE stream_id = '" + stream + "'"))
                .isEqualTo(2);
    }

    @Test
    void pagesNewestFirst() {
        // Given
        try (var gateway = new TestGateway(base)) {
            for (int i = 0; i < 3; i++) {
                StreamId stream = TestGateway.newStream();
                gateway.open(stream, 1, TestGateway.header("pager", "pages", "q" + i));
                gateway.tell(stream, 1, EndReason.COMPLETED, "a" + i);
            }
        }
        // When
        JsonObject first = get("/v1/sessions/pages/messages?limit=4", "pager");
        JsonObject second = get("/v1/sessions/pages/messages?limit=4&before=" + first.getString("nextBefore"), "pager");
        // Then
        assertThat(contents(first)).isEqualTo("a2 q2 a1 q1");
        assertThat(contents(second)).isEqualTo("a0 q0");
        assertThat(second.getString("nextBefore")).isNull();
        assertThat(get("/v1/sessions/pages/messages", "somebody-else").getJsonArray("messages"))
                .isEmpty();
    }

    private static String contents(JsonObject page) {
        return String.join(
                " ",
                page.getJsonArray("messages").stream()
                        .map(message -> ((JsonObject) message).getString("content"))
                        .toList());
    }

    @Test
    void tellsTheRestOfAnEvictedStreamFromEveryOffset() {
        // Given
        StreamId stream = TestGateway.newStream();
        String[] words = {"One", " \\\"tw\\u00f6\\\"", "", "\\u0000\\ud83d\\ude00 ", "\\/ \ud83d\ude00 th\u00e9re\\n"};
        var told = new EventsClient(base);
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "resumed", null));
            gateway.append(stream, 1, new ResponseJson(stream, "demo").created(1, 0));
            for (int i = 0; i < words.length; i++) {
                gateway.append(stream, 1, TestGateway.delta(2L * i + 2, words[i]));
                gateway.append(stream, 1, new ResponseJson(stream, "demo").inProgress(2L * i + 3, 0));
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, 12, EndReason.COMPLETED, String.join("", words)));
            gateway.awaitAck(12);
        }
        assertThat(logs.forget(stream)).isTrue();
        for (int after = 0; after < 12; after++) {
            // When
            var rest = told.read(stream, "ada", after);
            // Then
            String shown = String.join("", List.of(words).subList(after / 2, words.length));
            assertThat(tokens(rest, stream))
                    .as("after %d", after)
                    .isEqualTo(plain(shown).replace("\0", "") + "[DONE]");
            assertThat(rest.body()).contains("id: 12\n").contains("response.completed");
        }
        assertThat(told.read(stream, "ada", 12).status()).isEqualTo(204);
    }

    /** What a reader of the token dialect shows. */
    private static String tokens(EventsClient.Told told, StreamId stream) {
        var renderer = Renderer.of(Dialect.TOKEN, Framing.SSE, stream, stream.toString());
        ByteBuf out = Unpooled.buffer();
        var reader = new CanonicalReader(1 << 20, new CanonicalReader.Handler() {
            @Override
            public void run(Run run) {
                renderer.render(run, out);
            }

            @Override
            public void snapshot(Deltas text) {
                renderer.snapshot(text, out);
            }

            @Override
            public void weir(String type, ByteBuf json) {
                renderer.weir(type, json, out);
            }
        });
        reader.feed(Unpooled.copiedBuffer(told.body(), StandardCharsets.UTF_8));
        reader.end();
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .map(data -> data.startsWith("{") ? new JsonObject(data).getString("token") : data)
                .collect(Collectors.joining());
    }

    private static String plain(String escaped) {
        return JsonText.unescape(Unpooled.copiedBuffer(escaped, StandardCharsets.UTF_8));
    }

    @Test
    void tellsAnAnswerThatWasWrittenWithoutItsCuts() throws SQLException {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "evicted", "Again?"));
            gateway.tell(stream, 1, EndReason.COMPLETED, "One", " two", " three");
        }
        logs.forget(stream);
        forgetCuts(stream);
        var events = new EventsClient(base);
        // When
        var all = events.read(stream, "ada", 0);
        var rest = events.read(stream, "ada", 2);
        var beyond = events.read(stream, "ada", 50);
        // Then
        assertThat(all.cursor().text()).isEqualTo("One two three");
        assertThat(all.cursor().terminal()).isPresent();
        assertThat(all.cursor().last()).isEqualTo(4);
        assertThat(rest.snapshots()).containsExactly("One two three");
        assertThat(rest.cursor().terminal()).isPresent();
        assertThat(beyond.ours()).singleElement().asString().startsWith("weir.truncated");
        assertThat(events.read(stream, "ada", 4).status()).isEqualTo(204);
        assertThat(events.read(stream, "eve", 0).status()).isEqualTo(404);
    }

    @Test
    void beginsNoStreamAgainThatHasEndedAndGone() {
        // Given
        long tenMinutesAgo = System.currentTimeMillis() - 600_000;
        var stream = new StreamId(new UUID((tenMinutesAgo << 16) | 0x7001L, 0x8000_0000_0000_0001L));
        var header = TestGateway.header("ada", "gone", null);
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, header);
            gateway.tell(stream, 1, EndReason.COMPLETED, "Over");
            logs.forget(stream);
            // When
            gateway.send(new AppendFrame.Open(stream, 1, header));
            // Then
            assertThat(gateway.next(AppendFrame.Refused.class).why()).isEqualTo(AppendFrame.Why.ENDED);
        }
    }

    @Test
    void goesOnWhilePostgresIsAway() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var client = PhoenixClient.v2(base)) {
            client.join("session:away", "6", Tokens.user("away"));
            Shared.wire().cut();
            // When
            gateway.open(stream, 1, TestGateway.header("away", "away", "Are you there?"));
            gateway.append(stream, 1, TestGateway.delta(1, "Yes"));
            gateway.append(stream, 1, TestGateway.terminal(stream, 2, EndReason.COMPLETED, "Yes"));
            // Then it is told and read, but its end is not acknowledged
            assertThat(client.next("|end|")).contains("completed");
            assertThat(new EventsClient(base).read(stream, "away", 0).cursor().text())
                    .isEqualTo("Yes");
            assertThat(gateway.next(AppendFrame.Ack.class).last()).isEqualTo(1);
            // When PostgreSQL is back
            Shared.wire().mend();
            // Then
            gateway.awaitAck(2);
            assertThat(get("/v1/sessions/away/messages", "away").getJsonArray("messages"))
                    .hasSize(2);
        }
    }

    @Test
    void knowsAccountsWhoseNamesNoHeaderCarriesAsTheyAre() {
        try (var gateway = new TestGateway(base)) {
            StreamId stream = TestGateway.newStream();
            gateway.open(stream, 1, TestGateway.header("李雷+1", "unicode", "你好?"));
            gateway.append(stream, 1, TestGateway.delta(1, "你好"));
            gateway.append(stream, 1, TestGateway.terminal(stream, 2, EndReason.COMPLETED, "你好"));
            gateway.awaitAck(2);

            assertThat(get("/v1/sessions/unicode/messages", "%E6%9D%8E%E9%9B%B7%2B1")
                            .getJsonArray("messages"))
                    .hasSize(2);
            var http = new EventsClient(base);
            assertThat(http.get(http.request("/v1/sessions")
                                    .header("Authorization", "Bearer " + Tokens.service("internal"))
                                    .header("Weir-Tenant", "default")
                                    .header("Weir-Account", "half%4")
                                    .build())
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void refusesBadRequests() {
        var http = new EventsClient(base);
        assertThat(http.get(http.request("/v1/sessions").build()).statusCode()).isEqualTo(401);
        assertThat(status("/v1/sessions", Tokens.user("ada"))).isEqualTo(403);
        assertThat(status("/v1/sessions?limit=x", Tokens.service("internal"))).isEqualTo(400);
        assertThat(status("/v1/sessions/s/messages?before=x", Tokens.service("internal")))
                .isEqualTo(400);
    }

    private int status(String path, String token) {
        var http = new EventsClient(base);
        return http.get(http.request(path)
                        .header("Authorization", "Bearer " + token)
                        .header("Weir-Tenant", "default")
                        .header("Weir-Account", "somebody")
                        .build())
                .statusCode();
    }

    private JsonObject get(String path, String account) {
        var http = new EventsClient(base);
        var response = http.get(http.request(path)
                .header("Authorization", "Bearer " + Tokens.service("internal"))
                .header("Weir-Tenant", "default")
                .header("Weir-Account", account)
                .build());
        assertThat(response.statusCode()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private static void forgetCuts(StreamId stream) throws SQLException {
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(
                            "UPDATE messages SET cuts = NULL, dialect = NULL WHERE stream_id = '" + stream + "'"))
                    .isPositive();
        }
    }

    private static long count(String query) throws SQLException {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
