package io.weir.edge.fake;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client on a WebSocket that carries JSON. */
public final class Talk implements AutoCloseable {
    private static final int WAIT_SECONDS = 10;

    private final HttpClient client;
    private final WebSocket socket;
    private final Ears ears;

    private Talk(HttpClient client, WebSocket socket, Ears ears) {
        this.client = client;
        this.socket = socket;
        this.ears = ears;
    }

    private static final class Ears implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                heard.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    /** Opens a socket; headers come in pairs. */
    public static Talk open(URI http, String... headers) throws Exception {
        return open(http, null, headers);
    }

    /** Opens a socket that offers a subprotocol. */
    public static Talk openWith(URI http, String subprotocol) throws Exception {
        return open(http, subprotocol, new String[0]);
    }

    private static Talk open(URI http, @Nullable String subprotocol, String[] headers) throws Exception {
        var client = HttpClient.newHttpClient();
        var builder = client.newWebSocketBuilder();
        if (subprotocol != null) {
            builder.subprotocols(subprotocol);
        }
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        var ears = new Ears();
        URI target = URI.create(http.toString().replaceFirst("http", "ws"));
        return new Talk(client, builder.buildAsync(target, ears).get(WAIT_SECONDS, TimeUnit.SECONDS), ears);
    }

    public void say(String text) throws Exception {
        socket.sendText(text, true).get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    public void sayBytes(byte[] bytes) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** The next message. */
    public JsonObject next() throws InterruptedException {
        return new JsonObject(
                Objects.requireNonNull(ears.heard.poll(WAIT_SECONDS, TimeUnit.SECONDS), "nothing was heard"));
    }

    /** The next messages. */
    public List<JsonObject> next(int count) throws InterruptedException {
        var all = new ArrayList<JsonObject>();
        for (int i = 0; i < count; i++) {
            all.add(next());
        }
        return all;
    }

    /** The code with which the other side closes. */
    public int closed() throws Exception {
        return ears.closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    public String subprotocol() {
        return socket.getSubprotocol();
    }

    /** Cuts the connection. */
    @Override
    public void close() {
        socket.abort();
        client.close();
    }
}
