package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** How sockets are opened, and how they are refused: HTTP status and {@code {"error": text}}. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class HandshakeTest {
    private static final String PATH = "/realtime/v1/websocket";
    private static final String JOIN =
            "[\"1\",\"1\",\"realtime:account:ada\",\"phx_join\",{\"config\":{\"private\":true},\"access_token\":\"%s\"}]";

    @TestHTTPResource("/")
    URI base;

    @Test
    void refusesWithStatusAndText() {
        assertThat(refusal(PATH + "?vsn=2.0.0")).isEqualTo("401 {\"error\":\"API key is missing\"}");
        assertThat(refusal(PATH + "?apikey=&vsn=2.0.0")).isEqualTo("401 {\"error\":\"API key is missing\"}");
        assertThat(refusal(PATH + "?apikey=unknown&vsn=2.0.0"))
                .isEqualTo("401 {\"error\":\"The token provided is not a valid JWT\"}");
        assertThat(refusal(PATH + "?vsn=2.0.0&apikey=" + Tokens.expired("ada")))
                .isEqualTo("401 {\"error\":\"Token has expired\"}");
        assertThat(refusal(PATH + "?vsn=2.0.0&apikey=" + Tokens.forged("ada")))
                .isEqualTo("401 {\"error\":\"Failed to validate JWT signature\"}");
        assertThat(refusal(PATH + "?apikey=weir-local&vsn=3.0.0")).isEqualTo("400 {\"error\":\"Unsupported vsn\"}");
        assertThat(refusal("/socket/websocket?vsn=2.0.0")).isEqualTo("401 {\"error\":\"API key is missing\"}");
    }

    @Test
    void takesAKeyOfEitherKindOnEitherPath() {
        for (String path : new String[] {PATH, "/socket/websocket"}) {
            try (var opaque = PhoenixClient.at(base, path + "?apikey=weir-local&vsn=2.0.0", null);
                    var token = PhoenixClient.at(base, path + "?vsn=2.0.0&apikey=" + Tokens.user("ada"), null)) {
                opaque.send(JOIN.formatted(Tokens.user("ada")));
                assertThat(opaque.next()).contains("\"status\":\"ok\"");
                // A token as key is also the identity of joins that bring none, or an opaque key.
                token.send(JOIN.formatted("sb_publishable_x"));
                assertThat(token.next()).contains("\"status\":\"ok\"");
            }
        }
    }

    @Test
    void letsTheHeaderOverrideTheParameter() {
        try (var wire = RawSocket.open(base, PATH + "?apikey=unknown&vsn=2.0.0", "x-api-key: weir-local")) {
            assertThat(wire.status()).isEqualTo(101);
        }
        try (var wire = RawSocket.open(base, PATH + "?apikey=weir-local&vsn=2.0.0", "x-api-key: unknown")) {
            assertThat(wire.status()).isEqualTo(401);
        }
    }

    @Test
    void speaksTheOldVersionWhereNoneIsNamed() {
        try (var client = PhoenixClient.at(base, PATH + "?apikey=weir-local", null)) {
            client.send("{\"topic\":\"phoenix\",\"event\":\"heartbeat\",\"payload\":{},\"ref\":\"1\"}");
            assertThat(client.next())
                    .isEqualTo(
                            "{\"topic\":\"phoenix\",\"event\":\"phx_reply\",\"payload\":{\"status\":\"ok\",\"response\":{}},\"ref\":\"1\"}");
        }
    }

    private String refusal(String path) {
        try (var wire = RawSocket.open(base, path)) {
            return wire.status() + " " + wire.body();
        }
    }
}
