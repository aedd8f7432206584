package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unmodified {@code @supabase/supabase-js} listens to the database. Needs Node 20; skipped without. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class NpmChangesTest {
    @TestHTTPResource("/")
    URI base;

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "2.0.0"})
    void listensToTheDatabase(String vsn) throws Exception {
        // Given
        Optional<Path> home = NpmClient.install();
        Assumptions.assumeTrue(home.isPresent(), "Node 20 and the npm client");
        String url = "http://" + base.getHost() + ":" + base.getPort();
        String account = "npm-" + vsn;
        try (var client = new NpmClient(home.get(), "changes.mjs", url, vsn, Tokens.user(account), "wanted")) {
            assertThat(client.next("status").getString("value")).isEqualTo("SUBSCRIBED");
            assertThat(client.next("system").getJsonObject("value").getString("message"))
                    .isEqualTo("Subscribed to PostgreSQL");
            assertThat(client.next("wait-status").getString("value")).isEqualTo("SUBSCRIBED");
            // When
            insert("somebody-else", "wanted", "not for us");
            insert(account, "unwanted", "not asked for");
            insert(account, "wanted", "one");
            // Then
            JsonObject inserted = client.next("insert").getJsonObject("value");
            assertThat(inserted.getString("eventType")).isEqualTo("INSERT");
            assertThat(inserted.getString("schema")).isEqualTo("public");
            assertThat(inserted.getString("table")).isEqualTo("messages");
            assertThat(inserted.getValue("errors")).isNull();
            assertThat(inserted.getJsonObject("new").getString("content")).isEqualTo("one");
            assertThat(inserted.getJsonObject("new").getValue("seq")).isInstanceOf(Integer.class);
            assertThat(inserted.getJsonObject("old")).isEmpty();
            // When
            execute("UPDATE messages SET content = 'two' WHERE session = 'wanted' AND account = '" + account + "'");
            execute("DELETE FROM messages WHERE session = 'wanted'");
            // Then
            JsonObject updated = client.next("update").getJsonObject("value");
            assertThat(updated.getJsonObject("new").getString("content")).isEqualTo("two");
            assertThat(updated.getJsonObject("old").getString("content")).isEqualTo("one");
            JsonObject deleted = client.next("delete").getJsonObject("value");
            assertThat(deleted.getJsonObject("old").getString("account")).isEqualTo(account);
            assertThat(deleted.getJsonObject("new")).isEmpty();
            client.leave();
            assertThat(client.next("left").getJsonArray("value")).contains("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "2.0.0"})
    void tellsTheChosenColumnsOfEachChange(String vsn) throws Exception {
        // Given
        Optional<Path> home = NpmClient.install();
        Assumptions.assumeTrue(home.isPresent(), "Node 20 and the npm client");
        String url = "http://" + base.getHost() + ":" + base.getPort();
        String account = "chosen-" + vsn;
        try (var client = new NpmClient(home.get(), "changes.mjs", url, vsn, Tokens.user(account), "wanted")) {
            client.next("system");
            // When
            insert(account, "s", "one");
            execute("DELETE FROM messages WHERE account = '" + account + "'");
            // Then
            JsonObject inserted = client.next("any").getJsonObject("value");
            assertThat(inserted.getJsonObject("new").fieldNames()).containsExactly("id", "content");
            JsonObject deleted = client.next("any").getJsonObject("value");
            assertThat(deleted.getString("eventType")).isEqualTo("DELETE");
            assertThat(deleted.getJsonObject("old").getString("content")).isEqualTo("one");
        }
    }

    private static void insert(String account, String session, String content) throws SQLException {
        execute("INSERT INTO messages (account, session, role, content) VALUES ('%s', '%s', 'user', '%s')"
                .formatted(account, session, content));
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
