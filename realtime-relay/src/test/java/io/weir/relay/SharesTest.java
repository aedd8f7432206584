package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.append.AppendFrame;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions that their owner shares with somebody else. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class SharesTest {
    @TestHTTPResource("/")
    URI base;

    @Test
    void showsASharedSessionAndEndsItWithTheShare() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base);
                var eve = PhoenixClient.v2(base);
                var ada = PhoenixClient.v2(base)) {
            assertThat(eve.join("session:open@ada", "1", Tokens.user("eve"))).contains("Unauthorized");
            assertThat(share("ada", "open", "eve", "{\"right\":\"view\"}")).isEqualTo(204);
            ada.join("session:open", "1", Tokens.user("ada"));
            // When
            assertThat(eve.join("session:open@ada", "2", Tokens.user("eve"))).contains("\"ok\"");
            gateway.open(stream, 1, TestGateway.header("ada", "open", "Who reads?"));
            gateway.append(stream, 1, TestGateway.delta(1, "Both"));
            gateway.awaitAck(1);
            // Then each reads it under the name that they have joined
            assertThat(eve.next("|token|"))
                    .startsWith("kind 4: realtime:session:open@ada|")
                    .contains("Both");
            assertThat(ada.next("|token|"))
                    .startsWith("kind 4: realtime:session:open|")
                    .contains("Both");
            // And who only views stops nothing
            cancel(eve, "session:open@ada", "2", stream);
            assertThat(eve.next("phx_reply")).contains("\"error\"").contains("unauthorized");
            // When the right becomes edit, the joined channel has it at once
            assertThat(share("ada", "open", "eve", "{\"right\":\"edit\"}")).isEqualTo(204);
            cancel(eve, "session:open@ada", "2", stream);
            assertThat(eve.next("phx_reply")).contains("\"ok\"");
            assertThat(gateway.next(AppendFrame.Cancel.class).by()).isEqualTo("eve");
            // When the share is revoked
            assertThat(call("DELETE", "/v1/sessions/open/shares/eve", "ada", null)
                            .statusCode())
                    .isEqualTo(204);
            // Then that is final, and the owner reads on
            assertThat(eve.next("\"system\"")).contains("no longer have permission");
            assertThat(eve.next("phx_close")).isEqualTo("[\"2\",\"2\",\"realtime:session:open@ada\",\"phx_close\",{}]");
            gateway.append(stream, 1, TestGateway.terminal(stream, 2, EndReason.CANCELLED, "Both"));
            assertThat(ada.next("|end|")).contains("cancelled");
            assertThat(eve.join("session:open@ada", "3", Tokens.user("eve"))).contains("Unauthorized");
        }
    }

    @Test
    void learnsOfAShareThatAnotherProcessRevokes() throws SQLException {
        try (var eve = PhoenixClient.v2(base)) {
            share("ada", "elsewhere", "eve", "{\"right\":\"view\"}");
            assertThat(eve.join("session:elsewhere@ada", "1", Tokens.user("eve")))
                    .contains("\"ok\"");
            // When
            try (var connection = Shared.database().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("DELETE FROM session_share WHERE session = 'elsewhere'");
            }
            // Then
            assertThat(eve.next("phx_close")).contains("session:elsewhere@ada");
        }
    }

    @Test
    void letsTheOwnerUseBothNames() {
        try (var ada = PhoenixClient.v2(base)) {
            assertThat(ada.join("session:both@ada", "1", Tokens.user("ada"))).contains("\"ok\"");
        }
    }

    @Test
    void listsSharesAndRefusesWhatIsNone() {
        share("ada", "listed", "eve", "{\"right\":\"view\"}");
        share("ada", "listed", "bob", "{\"right\":\"edit\"}");
        assertThat(call("GET", "/v1/sessions/listed/shares", "ada", null).body())
                .isEqualTo(
                        "{\"shares\":[{\"account\":\"bob\",\"right\":\"edit\"},{\"account\":\"eve\",\"right\":\"view\"}]}");
        assertThat(share("ada", "listed", "eve", "{\"right\":\"all\"}")).isEqualTo(400);
        assertThat(share("ada", "listed", "eve", "nonsense")).isEqualTo(400);
        assertThat(share("ada", "listed", "ada", "{\"right\":\"view\"}")).isEqualTo(400);
        var http = new EventsClient(base);
        HttpRequest bold = http.request("/v1/sessions/listed/shares/eve")
                .header("Authorization", "Bearer " + Tokens.user("eve"))
                .header("Weir-Tenant", "default")
                .header("Weir-Account", "ada")
                .method("PUT", HttpRequest.BodyPublishers.ofString("{\"right\":\"edit\"}"))
                .build();
        assertThat(http.get(bold).statusCode()).isEqualTo(403);
    }

    @Test
    void refusesMoreSharesThanTheBound() {
        // Given a bound of 100
        for (int i = 0; i < 100; i++) {
            assertThat(share("ada", "popular", "fan" + i, "{\"right\":\"view\"}"))
                    .isEqualTo(204);
        }
        // Then one more is refused, while a known one may change
        assertThat(share("ada", "popular", "one-more", "{\"right\":\"view\"}")).isEqualTo(409);
        assertThat(share("ada", "popular", "fan7", "{\"right\":\"edit\"}")).isEqualTo(204);
    }

    private static void cancel(PhoenixClient client, String name, String joinRef, StreamId stream) {
        client.send(
                "[\"%s\",\"9\",\"realtime:%s\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"cancel\",\"payload\":{\"streamId\":\"%s\"}}]"
                        .formatted(joinRef, name, stream));
    }

    private int share(String owner, String session, String with, String body) {
        return call("PUT", "/v1/sessions/" + session + "/shares/" + with, owner, body)
                .statusCode();
    }

    private HttpResponse<String> call(String method, String path, String owner, @Nullable String body) {
        var http = new EventsClient(base);
        return http.get(http.request(path)
                .header("Authorization", "Bearer " + Tokens.service("internal"))
                .header("Weir-Tenant", "default")
                .header("Weir-Account", owner)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }
}
