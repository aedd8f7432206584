package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unmodified {@code @supabase/supabase-js} follows a session. Needs Node 20; skipped without. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class NpmClientTest {
    @TestHTTPResource("/")
    URI base;

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "2.0.0"})
    void followsASession(String vsn) throws Exception {
        // Given
        Optional<Path> home = NpmClient.install();
        Assumptions.assumeTrue(home.isPresent(), "Node 20 and the npm client");
        String session = "npm-" + vsn;
        String url = "http://" + base.getHost() + ":" + base.getPort();
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var client =
                        new NpmClient(home.get(), "follow.mjs", url, vsn, "session:" + session, Tokens.user("ada"))) {
            gateway.open(stream, 1, TestGateway.header("ada", session, "Hello?"));
            gateway.append(stream, 1, TestGateway.delta(1, "Early"));
            gateway.awaitAck(1);
            // When
            assertThat(client.next("rest").getString("value")).isEqualTo("ok");
            assertThat(client.next("room-status").getString("value")).isEqualTo("SUBSCRIBED");
            // Then
            assertThat(client.next("sent").getString("value")).isEqualTo("ok");
            assertThat(client.next("tracked").getString("value")).isEqualTo("ok");
            assertThat(client.next("http").getJsonObject("value").getBoolean("success"))
                    .isTrue();
            assertThat(client.next("status").getString("value")).isEqualTo("SUBSCRIBED");
            for (int i = 2; i <= 200; i++) {
                gateway.append(stream, 1, TestGateway.delta(i, " w" + i));
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, 201, EndReason.COMPLETED, "x"));
            assertThat(textUntilEnd(client, gateway)).isEqualTo(expected());
            client.leave();
            assertThat(client.next("left").getJsonArray("value")).contains("ok");
        }
    }

    /** The rule for clients: skip what is known, a snapshot replaces. */
    private static String textUntilEnd(NpmClient client, TestGateway gateway) throws InterruptedException {
        gateway.awaitAck(201);
        var text = new StringBuilder();
        long last = 0;
        while (last < 200) {
            JsonObject token = client.next("token").getJsonObject("value");
            if (token.getLong("offset") <= last) {
                continue;
            }
            if (token.getBoolean("snapshot", false)) {
                text.setLength(0);
            }
            text.append(token.getString("text"));
            last = token.getLong("offset");
        }
        assertThat(client.next("end").getJsonObject("value").getString("reason"))
                .isEqualTo("completed");
        return text.toString();
    }

    private static String expected() {
        var text = new StringBuilder("Early");
        for (int i = 2; i <= 200; i++) {
            text.append(" w").append(i);
        }
        return text.toString();
    }
}
