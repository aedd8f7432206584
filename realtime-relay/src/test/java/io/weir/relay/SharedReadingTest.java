package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared sessions over plain HTTP, by whom they are shared with: followed live, and read afterwards. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class SharedReadingTest {
    @TestHTTPResource("/")
    URI base;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void followsASharedSessionUntilTheShareIsRevoked(boolean ndjson) {
        // Given
        String session = "lent-" + ndjson;
        String name = "session:" + session + "@ada";
        try (var refused = follow(name, ndjson)) {
            assertThat(refused.status()).isEqualTo(403);
        }
        share("ada", session, "eve", "view");
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var eve = follow(name, ndjson);
                var ada = new TopicFollower(base, "session:" + session, "", Tokens.user("ada"), "", ndjson)) {
            // When
            gateway.open(stream, 1, TestGateway.header("ada", session, "Who reads?"));
            gateway.append(stream, 1, TestGateway.delta(1, "Both"));
            // Then
            assertThat(eve.next("token").payload().getString("text")).isEqualTo("Both");
            assertThat(ada.next("token").payload().getString("text")).isEqualTo("Both");
            String cursor = eve.cursor();
            assertThat(cursor).isEqualTo(stream + ":1");
            // When
            revoke("ada", session, "eve");
            // Then the response ends, and says why
            assertThat(eve.next("weir.closed").payload().encode()).isEqualTo("{\"reason\":\"share_revoked\"}");
            assertThat(eve.next().name()).isEqualTo("closed");
            gateway.append(stream, 1, TestGateway.terminal(stream, 2, EndReason.COMPLETED, "Both"));
            assertThat(ada.next("end").payload().getString("reason")).isEqualTo("completed");
            // And the cursor opens nothing
            try (var back = new TopicFollower(base, name, "", Tokens.user("eve"), cursor, ndjson)) {
                assertThat(back.status()).isEqualTo(403);
            }
        }
    }

    @Test
    void endsAResponseWhoseShareAnotherProcessRevokes() throws SQLException {
        share("ada", "lent-elsewhere", "eve", "view");
        try (var eve = follow("session:lent-elsewhere@ada", false)) {
            eve.awaitHeartbeat();
            // When
            try (var connection = Shared.database().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("DELETE FROM session_share WHERE session = 'lent-elsewhere'");
            }
            // Then
            assertThat(eve.next("weir.closed").payload().getString("reason")).isEqualTo("share_revoked");
        }
    }

    @Test
    void givesReceiptsForAsLongAsTheShareHasTheRight() {
        // Given
        share("ada", "noted", "eve", "edit");
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var eve =
                        new TopicFollower(base, "session:noted@ada", "?receipts=true", Tokens.user("eve"), "", false)) {
            gateway.open(stream, 1, TestGateway.header("ada", "noted", null));
            gateway.append(stream, 1, TestGateway.delta(1, "One"));
            var receipt = eve.next("receipt").payload();
            assertThat(receipt.getString("account")).isEqualTo("eve");
            assertThat(receipt.getLong("delivered")).isEqualTo(1);
            // When
            share("ada", "noted", "eve", "view");
            gateway.append(stream, 1, TestGateway.delta(2, "Two"));
            try (var ada = new TopicFollower(base, "session:noted", "?receipts=true", Tokens.user("ada"), "", false)) {
                while (!ada.next("receipt").payload().getString("account").equals("ada")) {
                    // Until the owner's own
                }
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, 3, EndReason.COMPLETED, "OneTwo"));
            // Then she reads on, without receipts
            var event = eve.next();
            while (!event.name().equals("end")) {
                assertThat(event.name()).isEqualTo("token");
                event = eve.next();
            }
        }
    }

    @Test
    void listsAndOpensTheHistoryOfSharedSessions() {
        // Given
        try (var gateway = new TestGateway(base)) {
            for (String account : new String[] {"lena", "gail"}) {
                StreamId stream = TestGateway.newStream();
                gateway.open(stream, 1, TestGateway.header(account, "same-name", "Asked by " + account));
                gateway.tell(stream, 1, EndReason.COMPLETED, "To " + account);
            }
        }
        assertThat(get("/v1/sessions/same-name/messages?owner=lena", "gail").statusCode())
                .isEqualTo(404);
        // When
        share("lena", "same-name", "gail", "edit");
        // Then both sessions of that name are listed, and whose they are
        JsonArray sessions = json(get("/v1/sessions", "gail")).getJsonArray("sessions");
        assertThat(sessions).hasSize(2);
        JsonObject own = sessions.getJsonObject(0);
        JsonObject shared = sessions.getJsonObject(1);
        assertThat(own.getString("title")).isEqualTo("Asked by gail");
        assertThat(own.containsKey("owner") || own.containsKey("right")).isFalse();
        assertThat(shared.getString("id")).isEqualTo("same-name");
        assertThat(shared.getString("title")).isEqualTo("Asked by lena");
        assertThat(shared.getString("owner")).isEqualTo("lena");
        assertThat(shared.getString("right")).isEqualTo("edit");
        assertThat(json(get("/v1/sessions", "lena")).getJsonArray("sessions")).hasSize(1);
        // And each opens
        assertThat(newest("/v1/sessions/same-name/messages", "gail")).isEqualTo("To gail");
        assertThat(newest("/v1/sessions/same-name/messages?owner=gail", "gail")).isEqualTo("To gail");
        assertThat(newest("/v1/sessions/same-name/messages?owner=lena", "gail")).isEqualTo("To lena");
        assertThat(get("/v1/sessions/other/messages?owner=lena", "gail").statusCode())
                .isEqualTo(404);
        assertThat(get("/v1/sessions/same-name/messages?owner=%00", "gail").statusCode())
                .isEqualTo(400);
        // When
        revoke("lena", "same-name", "gail");
        // Then
        assertThat(get("/v1/sessions/same-name/messages?owner=lena", "gail").statusCode())
                .isEqualTo(404);
        assertThat(json(get("/v1/sessions", "gail")).getJsonArray("sessions")).hasSize(1);
    }

    private TopicFollower follow(String name, boolean ndjson) {
        return new TopicFollower(base, name, "", Tokens.user("eve"), "", ndjson);
    }

    private String newest(String path, String account) {
        return json(get(path, account))
                .getJsonArray("messages")
                .getJsonObject(0)
                .getString("content");
    }

    private static JsonObject json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private HttpResponse<String> get(String path, String account) {
        return call("GET", path, account, null);
    }

    private void share(String owner, String session, String with, String right) {
        String body = "{\"right\":\"" + right + "\"}";
        assertThat(call("PUT", "/v1/sessions/" + session + "/shares/" + with, owner, body)
                        .statusCode())
                .isEqualTo(204);
    }

    private void revoke(String owner, String session, String with) {
        assertThat(call("DELETE", "/v1/sessions/" + session + "/shares/" + with, owner, null)
                        .statusCode())
                .isEqualTo(204);
    }

    /** As a person calls who has no token of a service. */
    private HttpResponse<String> call(String method, String path, String account, @Nullable String body) {
        var http = new EventsClient(base);
        return http.get(http.request(path)
                .header("Authorization", "Bearer " + Tokens.user(account))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }
}
