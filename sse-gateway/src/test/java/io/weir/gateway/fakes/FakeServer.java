package io.weir.gateway.fakes;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.weir.streams.faults.LastingPort;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An HTTP server on a free port that can be taken away and brought back on the same one. */
abstract class FakeServer {
    private static final int WAIT_SECONDS = 10;

    private final Vertx vertx;
    private final Set<io.vertx.core.http.HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private HttpServer server;
    private final int port = LastingPort.find();
    private boolean up;

    FakeServer(Vertx vertx) {
        this.vertx = vertx;
        this.server = create();
        up();
    }

    /** Serves one request. */
    abstract void handle(HttpServerRequest request);

    Vertx vertx() {
        return vertx;
    }

    /** Base URL. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Listens, on the port it had before. */
    public final void up() {
        server = create();
        await(server.listen(port, "127.0.0.1"));
        up = true;
    }

    /** Listens, whether or not it did before. */
    final void ensureUp() {
        if (!up) {
            up();
        }
    }

    /** Stops listening and cuts every connection. */
    public final void down() {
        up = false;
        await(server.close());
        LastingPort.awaitFree(port);
        connections.forEach(io.vertx.core.http.HttpConnection::close);
        connections.clear();
    }

    private HttpServer create() {
        HttpServer fresh = vertx.createHttpServer(
                new HttpServerOptions().setMaxWebSocketFrameSize(8 << 20).setMaxWebSocketMessageSize(8 << 20));
        fresh.connectionHandler(connections::add);
        return fresh.requestHandler(this::handle);
    }

    static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
