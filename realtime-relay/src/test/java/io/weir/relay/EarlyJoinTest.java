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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client whose first join has no token takes itself for joined: what is said until its next join is not lost. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class EarlyJoinTest {
    @TestHTTPResource("/")
    URI base;

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "2.0.0"})
    void tellsTheStockClientWhatPassedBetweenItsFirstJoinAndItsToken(String vsn) throws Exception {
        // Given
        Optional<Path> home = NpmClient.install();
        Assumptions.assumeTrue(home.isPresent(), "Node 20 and the npm client");
        String session = "unaware-" + vsn;
        String url = "http://" + base.getHost() + ":" + base.getPort();
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var client =
                        new NpmClient(home.get(), "unaware.mjs", url, vsn, "session:" + session, Tokens.user("ada"))) {
            assertThat(client.next("status").getString("value")).isEqualTo("SUBSCRIBED");
            // When
            gateway.open(stream, 1, TestGateway.header("ada", session, "Hello?"));
            gateway.tell(stream, 1, EndReason.COMPLETED, "All", " of", " it.");
            // Then
            assertThat(client.next("message").getJsonObject("value").getString("content"))
                    .isEqualTo("Hello?");
            assertThat(textUntilEnd(client)).isEqualTo("All of it.");
            client.leave();
            assertThat(client.next("left").getJsonArray("value")).contains("ok");
        }
    }

    private static String textUntilEnd(NpmClient client) throws InterruptedException {
        var text = new StringBuilder();
        JsonObject said = client.next();
        while (!said.getString("kind").equals("end")) {
            if (said.getString("kind").equals("token")) {
                text.append(said.getJsonObject("value").getString("text"));
            }
            said = client.next();
        }
        return text.toString();
    }

    @Test
    void tellsWhatBeganAndWhatEndedSinceTheFirstOfSeveralJoins() {
        // Given
        StreamId passed = TestGateway.newStream();
        StreamId open = TestGateway.newStream();
        StreamId before = TestGateway.newStream();
        StreamId over = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var client = PhoenixClient.v2(base)) {
            gateway.open(before, 1, TestGateway.header("ada", "early-several", "Begun before?"));
            // Acknowledged behind the one before: then the topic knows both.
            gateway.open(over, 1, TestGateway.header("ada", "early-several", "Long over?"));
            gateway.tell(over, 1, EndReason.COMPLETED, "over");
            joinWithoutToken(client, "early-several", "1");
            // When
            gateway.open(passed, 1, TestGateway.header("ada", "early-several", "Passing?"));
            gateway.tell(passed, 1, EndReason.COMPLETED, "short", " and gone");
            gateway.tell(before, 1, EndReason.COMPLETED, "begun before");
            client.next("phx_error");
            joinWithoutToken(client, "early-several", "2");
            gateway.open(open, 1, TestGateway.header("ada", "early-several", "Open?"));
            gateway.append(open, 1, TestGateway.delta(1, "still"));
            gateway.awaitAck(1);
            client.next("phx_error");
            // Then
            assertThat(client.join("session:early-several", "3", Tokens.user("ada")))
                    .contains("\"ok\"");
            assertThat(client.next()).contains("|message|").contains("Passing?");
            assertThat(client.next()).contains("|token|").contains("\"text\":\"short and gone\"");
            assertThat(client.next()).contains("|end|").contains(passed.toString());
            assertThat(client.next()).contains("|token|").contains("\"text\":\"begun before\"");
            assertThat(client.next()).contains("|end|").contains(before.toString());
            assertThat(client.next()).contains("|message|").contains("Open?");
            assertThat(client.next()).contains("|token|").contains("\"text\":\"still\"");
            gateway.append(open, 1, TestGateway.delta(2, " here"));
            gateway.append(open, 1, TestGateway.terminal(open, 3, EndReason.COMPLETED, "still here"));
            assertThat(client.next()).contains("|token|").contains("\"text\":\" here\"");
            assertThat(client.next()).contains("|end|").contains(open.toString());
            gateway.awaitAck(3);
        }
    }

    @Test
    void tellsNothingWithoutTheRightNorAfterALeave() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var eve = PhoenixClient.v2(base);
                var ada = PhoenixClient.v2(base)) {
            joinWithoutToken(eve, "early-private@ada", "1");
            joinWithoutToken(ada, "early-private", "1");
            // When
            gateway.open(stream, 1, TestGateway.header("ada", "early-private", "Secret?"));
            gateway.tell(stream, 1, EndReason.COMPLETED, "secret");
            eve.next("phx_error");
            ada.next("phx_error");
            // Then
            assertThat(eve.join("session:early-private@ada", "2", Tokens.user("eve")))
                    .contains("Unauthorized");
            // When she changes her mind in between
            ada.send("[\"1\",\"2\",\"realtime:session:early-private\",\"phx_leave\",{}]");
            assertThat(ada.next()).contains("\"ok\"");
            assertThat(ada.join("session:early-private", "3", Tokens.user("ada")))
                    .contains("\"ok\"");
            // Then each is told nothing but what it asks for
            assertThat(heartbeat(ada)).contains("phx_reply");
            assertThat(heartbeat(eve)).contains("phx_reply");
            assertThat(ada.isQuiet(200)).isTrue();
            assertThat(eve.isQuiet(1)).isTrue();
        }
    }

    private static String heartbeat(PhoenixClient client) {
        client.send("[null,\"18\",\"phoenix\",\"heartbeat\",{}]");
        return client.next();
    }

    private static void joinWithoutToken(PhoenixClient client, String session, String ref) {
        client.send("[\"%s\",\"%s\",\"realtime:session:%s\",\"phx_join\",{\"config\":{\"private\":true}}]"
                .formatted(ref, ref, session));
        assertThat(client.next("phx_reply")).contains("\"ok\"");
    }
}
