package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import java.net.URI;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes of {@code messages} over real sockets, whoever makes them. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class ChangesTest {
    private static final String ALL = "{\"event\":\"*\",\"schema\":\"public\",\"table\":\"messages\"}";
    private static final String SUBSCRIBED = "Subscribed to PostgreSQL";

    @TestHTTPResource("/")
    URI base;

    @AfterEach
    void mend() {
        Shared.wire().mend();
    }

    @Test
    void echoesBindingsInOrderAndTellsWhatTheyAsk() throws SQLException {
        try (var client = PhoenixClient.v2(base)) {
            // When
            String insert =
                    "{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\"messages\",\"filter\":\"session=eq.binding\"}";
            String chosen =
                    "{\"event\":\"UPDATE\",\"schema\":\"public\",\"table\":\"messages\",\"select\":[\"id\",\"content\"]}";
            JsonArray echo = echo(join(client, "db", Tokens.user("binder"), insert, ALL, chosen));
            // Then
            assertThat(echo.getJsonObject(0).getString("filter")).isEqualTo("session=eq.binding");
            assertThat(echo.getJsonObject(1).getString("event")).isEqualTo("*");
            assertThat(echo.getJsonObject(2).getString("event")).isEqualTo("UPDATE");
            int first = echo.getJsonObject(0).getInteger("id");
            int second = echo.getJsonObject(1).getInteger("id");
            int third = echo.getJsonObject(2).getInteger("id");
            assertThat(client.next("\"system\""))
                    .isEqualTo(
                            "[\"6\",null,\"realtime:db\",\"system\",{\"extension\":\"postgres_changes\",\"status\":\"ok\",\"message\":\"Subscribed to PostgreSQL\",\"channel\":\"db\"}]");
            // When
            write("binder", "binding", null, "one");
            // Then
            JsonObject inserted = change(client);
            assertThat(inserted.getJsonArray("ids")).containsExactly(first, second);
            JsonObject data = inserted.getJsonObject("data");
            assertThat(data.getString("schema")).isEqualTo("public");
            assertThat(data.getString("table")).isEqualTo("messages");
            assertThat(data.getString("type")).isEqualTo("INSERT");
            assertThat(data.getString("commit_timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
            assertThat(data.getValue("errors")).isNull();
            assertThat(data.getJsonArray("columns").getJsonObject(0).encode())
                    .isEqualTo("{\"name\":\"seq\",\"type\":\"int8\"}");
            assertThat(data.getJsonObject("record").fieldNames())
                    .containsExactly(
                            "seq",
                            "id",
                            "account",
                            "session",
                            "stream_id",
                            "role",
                            "content",
                            "state",
                            "agent",
                            "workspace_id",
                            "channel_id",
                            "author_id",
                            "created_at");
            assertThat(data.getJsonObject("record").getString("author_id")).isEqualTo("binder");
            assertThat(data.containsKey("old_record")).isFalse();
            // When
            execute("UPDATE messages SET content = 'two' WHERE account = 'binder'");
            // Then the columns that a binding selects come apart from all of them
            JsonObject whole = change(client);
            assertThat(whole.getJsonArray("ids")).containsExactly(second);
            assertThat(whole.getJsonObject("data").getJsonObject("old_record").getString("content"))
                    .isEqualTo("one");
            JsonObject some = change(client);
            assertThat(some.getJsonArray("ids")).containsExactly(third);
            assertThat(some.getJsonObject("data").getJsonObject("record").fieldNames())
                    .containsExactly("id", "content");
            assertThat(some.getJsonObject("data").getJsonArray("columns")).hasSize(2);
            // When
            execute("DELETE FROM messages WHERE account = 'binder'");
            // Then
            JsonObject deleted = change(client);
            assertThat(deleted.getJsonArray("ids")).containsExactly(second);
            assertThat(deleted.getJsonObject("data").getJsonObject("old_record").getString("content"))
                    .isEqualTo("two");
            assertThat(deleted.getJsonObject("data").containsKey("record")).isFalse();
        }
    }

    @Test
    void tellsNobodyTheRowsOfOthers() throws SQLException {
        try (var owner = PhoenixClient.v2(base);
                var member = PhoenixClient.v1(base);
                var stranger = PhoenixClient.v2(base)) {
            // Given
            subscribe(owner, "rows", Tokens.user("olga"));
            member.send(
                    "{\"topic\":\"realtime:rows\",\"event\":\"phx_join\",\"payload\":{\"config\":{\"postgres_changes\":["
                            + ALL + "]},\"access_token\":\"" + Tokens.worker("max", "w7")
                            + "\"},\"ref\":\"6\",\"join_ref\":\"6\"}");
            member.next(SUBSCRIBED);
            subscribe(stranger, "rows", Tokens.worker("eve", "w8"));
            // When
            execute(
                    "INSERT INTO messages (tenant, account, session, role, content, workspace_id) VALUES ('elsewhere', 'olga', 's1', 'user', 'foreign', 'w7')");
            write("olga", "s1", null, "private");
            write("olga", "s2", "w7", "in the workspace");
            write("eve", "s1", null, "mark");
            // Then
            assertThat(owner.next("postgres_changes")).contains("\"private\"");
            assertThat(owner.next("postgres_changes")).contains("in the workspace");
            assertThat(member.next("postgres_changes"))
                    .contains("in the workspace")
                    .contains("\"ref\":null");
            assertThat(stranger.next("postgres_changes")).contains("\"mark\"");
        }
    }

    @Test
    void tellsRowsOfASharedSessionForAsLongAsItIsShared() throws SQLException {
        try (var guest = PhoenixClient.v2(base)) {
            // Given a guest with a share of one session, and a share of the same name by somebody else
            subscribe(guest, "guest", Tokens.user("gus"));
            execute("INSERT INTO session_share (tenant, owner, session, account, access) VALUES"
                    + " ('default', 'olga', 'lent', 'gus', 'view'), ('elsewhere', 'olga', 'kept', 'gus', 'edit')");
            // When
            write("olga", "kept", null, "not hers to see");
            write("oleg", "lent", null, "of somebody else");
            write("olga", "lent", null, "for the guest");
            // Then
            assertThat(guest.next("postgres_changes")).contains("for the guest");
            // When
            execute("DELETE FROM session_share WHERE account = 'gus'");
            write("olga", "lent", null, "after the share");
            write("gus", "own", null, "mark");
            // Then
            assertThat(guest.next("postgres_changes")).contains("\"mark\"");
        }
    }

    @Test
    void goesByTheNewestToken() throws SQLException {
        try (var client = PhoenixClient.v2(base)) {
            // Given
            subscribe(client, "renewed", Tokens.worker("nina", "w7"));
            write("olga", "renewed", "w7", "first");
            assertThat(client.next("postgres_changes")).contains("\"first\"");
            // When she leaves the workspace
            client.send("[\"6\",\"9\",\"realtime:renewed\",\"access_token\",{\"access_token\":\""
                    + Tokens.worker("nina", "w9") + "\"}]");
            client.send("[null,\"10\",\"phoenix\",\"heartbeat\",{}]");
            client.next("\"10\"");
            write("olga", "renewed", "w7", "second");
            write("nina", "renewed", null, "third");
            // Then
            assertThat(client.next("postgres_changes")).contains("\"third\"");
        }
    }

    @Test
    void refusesWhatItCannotTellAndTellsTheRest() throws SQLException {
        try (var client = PhoenixClient.v2(base)) {
            // When
            String table = "{\"event\":\"*\",\"schema\":\"public\",\"table\":\"sessions\"}";
            String operator =
                    "{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\"messages\",\"filter\":\"content=match.x+\"}";
            String hidden =
                    "{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\"messages\",\"filter\":\"tenant=eq.default\"}";
            JsonArray echo = echo(join(client, "refusals", Tokens.user("rita"), table, operator, hidden, ALL));
            // Then the channel is joined, and says what is wrong
            assertThat(echo).hasSize(4);
            assertThat(client.next("\"system\""))
                    .contains("\"status\":\"error\"")
                    .contains("public.sessions");
            assertThat(client.next("\"system\"")).contains("no such operator: match");
            assertThat(client.next("\"system\"")).contains("no such column: tenant");
            assertThat(client.next("\"system\"")).contains(SUBSCRIBED);
            write("rita", "s", null, "told");
            assertThat(change(client).getJsonArray("ids"))
                    .containsExactly(echo.getJsonObject(3).getInteger("id"));
            // When a client wants to wait for it
            client.send(
                    request("refused", Tokens.user("rita"), ",\"postgres_changes_options\":{\"wait\":true}", table));
            // Then
            assertThat(client.next("phx_reply")).contains("\"error\"").contains("InvalidSubscription");
        }
    }

    @Test
    void waitsForTheDatabaseWhereAClientAsksForIt() throws SQLException {
        try (var waiting = PhoenixClient.v2(base);
                var hasty = PhoenixClient.v2(base);
                var patient = PhoenixClient.v2(base)) {
            // Given
            subscribe(hasty, "live", Tokens.user("paul"));
            Shared.wire().cut();
            untilItIsNoticed();
            // When
            String token = Tokens.user("paul");
            waiting.send(request("w", token, ",\"postgres_changes_options\":{\"wait\":true,\"timeout\":100}", ALL));
            // Then
            assertThat(waiting.next("phx_reply")).contains("\"error\"").contains("PostgresChangesSubscribeTimeout");
            // When one does not wait, and one waits for longer
            join(waiting, "now", token, ALL);
            assertThat(waiting.next("\"system\"")).contains("DatabaseUnavailable");
            patient.send(
                    request("p", token, ",\"postgres_changes_options\":{\"wait\":\"true\",\"timeout\":60000}", ALL));
            write("paul", "s", null, "written meanwhile");
            Shared.wire().mend();
            // Then
            assertThat(waiting.next("\"system\"")).contains(SUBSCRIBED);
            assertThat(patient.next()).contains("\"status\":\"ok\"");
            assertThat(hasty.next("postgres_changes")).contains("written meanwhile");
            write("paul", "s", null, "written after");
            assertThat(patient.next("written after")).contains("INSERT");
        }
    }

    private void untilItIsNoticed() {
        boolean noticed = false;
        for (int i = 0; !noticed; i++) {
            assertThat(i).isLessThan(200);
            try (var probe = PhoenixClient.v2(base)) {
                join(probe, "probe", Tokens.user("paul"), ALL);
                noticed = probe.next("\"system\"").contains("DatabaseUnavailable");
            }
        }
    }

    @Test
    void tellsOurOwnWritesAndNotices() {
        // Given
        StreamId stream = TestGateway.newStream();
        var header = new StreamHeader(
                new TenantId("default"),
                new AccountId("walt"),
                new SessionId("desk"),
                "workspace:w5:channel:general",
                "workspace",
                "token",
                new AgentName("demo"),
                "A question?");
        try (var gateway = new TestGateway(base);
                var worker = PhoenixClient.v2(base);
                var jobs = PhoenixClient.v2(base);
                var news = PhoenixClient.v2(base);
                var outsider = PhoenixClient.v2(base)) {
            subscribe(worker, "own", Tokens.worker("wendy", "w5"));
            jobs.join("worker_jobs", "6", Tokens.worker("wendy", "w5"));
            outsider.join("worker_jobs", "6", Tokens.worker("wilma", "w6"));
            news.join("new_messages", "6", Tokens.worker("wendy", "w5"));
            // When
            gateway.open(stream, 1, header);
            gateway.tell(stream, 1, EndReason.COMPLETED, "An answer.");
            // Then
            JsonObject question = change(worker).getJsonObject("data").getJsonObject("record");
            JsonObject answer = change(worker).getJsonObject("data").getJsonObject("record");
            assertThat(question.getString("content")).isEqualTo("A question?");
            assertThat(question.getString("author_id")).isEqualTo("walt");
            assertThat(answer.getString("content")).isEqualTo("An answer.");
            assertThat(answer.getString("author_id")).isEqualTo("demo");
            assertThat(answer.getString("stream_id")).isEqualTo(stream.toString());
            String notice =
                    "{\"message_id\":\"%s\",\"workspace_id\":\"w5\",\"channel_id\":\"general\",\"author_id\":\"walt\"}"
                            .formatted(question.getString("id"));
            assertThat(jobs.next("|new_message|")).endsWith("|" + notice);
            assertThat(news.next("|new_message|")).endsWith("|" + notice);
            assertThat(outsider.isQuiet(300)).isTrue();
        }
    }

    @Test
    void leavesOutWhatIsTooLong() throws SQLException {
        try (var client = PhoenixClient.v2(base)) {
            subscribe(client, "long", Tokens.user("lena"));
            for (int length : new int[] {300_000, 1_100_000}) {
                // When
                execute(
                        "INSERT INTO messages (account, session, role, content) VALUES ('lena', 's', 'user', repeat('x', "
                                + length + "))");
                // Then
                JsonObject data = change(client).getJsonObject("data");
                assertThat(data.getJsonArray("errors")).containsExactly("Error 413: Payload Too Large");
                assertThat(data.getJsonObject("record").containsKey("content")).isFalse();
                assertThat(data.getJsonObject("record").getString("account")).isEqualTo("lena");
            }
        }
    }

    private static void subscribe(PhoenixClient client, String name, String token) {
        join(client, name, token, ALL);
        client.next(SUBSCRIBED);
    }

    private static String join(PhoenixClient client, String name, String token, String... bindings) {
        client.send(request(name, token, "", bindings));
        return client.next("phx_reply");
    }

    private static String request(String name, String token, String options, String... bindings) {
        return "[\"6\",\"6\",\"realtime:" + name
                + "\",\"phx_join\",{\"config\":{\"private\":false,\"postgres_changes\":[" + String.join(",", bindings)
                + "]" + options + "},\"access_token\":\"" + token + "\"}]";
    }

    private static JsonArray echo(String reply) {
        JsonObject payload = new JsonArray(reply).getJsonObject(4);
        assertThat(payload.getString("status")).isEqualTo("ok");
        return payload.getJsonObject("response").getJsonArray("postgres_changes");
    }

    private static JsonObject change(PhoenixClient client) {
        return new JsonArray(client.next("\"postgres_changes\"")).getJsonObject(4);
    }

    private static void write(String account, String session, @Nullable String workspace, String content)
            throws SQLException {
        try (var connection = Shared.database().getConnection();
                var insert = connection.prepareStatement(
                        "INSERT INTO messages (account, session, role, content, workspace_id) VALUES (?, ?, 'user', ?, ?)")) {
            insert.setString(1, account);
            insert.setString(2, session);
            insert.setString(3, content);
            insert.setString(4, workspace);
            insert.executeUpdate();
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
