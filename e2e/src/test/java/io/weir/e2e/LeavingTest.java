package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A process that is asked to leave waits for no WebSocket, neither one that is open nor one that was. */
class LeavingTest {
    private final Stack stack = Stack.shared();

    /** Knows when its socket is closed, by whatever. */
    private static final class Ears implements WebSocket.Listener {
        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.complete(null);
        }
    }

    @Test
    void anEdgeLeavesLongBeforeItsTimeOutThoughSocketsAreOpen() throws Exception {
        User user = stack.newUser("leaver", "1");
        var settings = Map.of(
                "QUARKUS_SHUTDOWN_DELAY",
                "1S",
                "QUARKUS_SHUTDOWN_TIMEOUT",
                "30M",
                "WEIR_EDGE_ANSWER_DRAIN_OVER",
                "500ms");
        try (SecondEdge edge = stack.secondEdge(settings);
                HttpClient client = HttpClient.newHttpClient()) {
            String realtime = "/realtime/v1/websocket?vsn=2.0.0&apikey=" + stack.realtimeKey();
            open(client, edge, "/api/chat/ws", user, new Ears()).abort();
            open(client, edge, realtime, user, new Ears()).abort();
            var chat = new Ears();
            var tunnel = new Ears();
            open(client, edge, "/api/chat/ws", user, chat);
            open(client, edge, realtime, user, tunnel);

            edge.leave(Duration.ofMinutes(2));

            assertThat(chat.closed).succeedsWithin(Duration.ofSeconds(20));
            assertThat(tunnel.closed).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    private static WebSocket open(HttpClient client, SecondEdge edge, String path, User user, Ears ears)
            throws Exception {
        URI target = URI.create(edge.url().toString().replaceFirst("http", "ws") + path);
        return client.newWebSocketBuilder()
                .header("Authorization", "Bearer " + user.token())
                .buildAsync(target, ears)
                .get(20, TimeUnit.SECONDS);
    }
}
