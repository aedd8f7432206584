package io.weir.edge.fake;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.weir.streams.faults.LastingPort;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An HTTP service that records what it gets and answers as the test says. WebSockets echo text. */
public final class FakeService {
    private static final String HOST = "127.0.0.1";

    private final Vertx vertx;
    private final Consumer<Exchange> usual;
    private final Consumer<Exchange> closing;
    private final List<Exchange> seen = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();
    private final BlockingQueue<MultiMap> handshakes = new LinkedBlockingQueue<>();
    private final int port;
    private volatile Consumer<Exchange> responder;
    private volatile HttpServer server;

    /**
     * A service that answers as {@code usual} until told otherwise.
     *
     * @param closing answers what still comes between two tests, so that it comes to an end
     */
    FakeService(Vertx vertx, Consumer<Exchange> usual, Consumer<Exchange> closing) {
        this.vertx = vertx;
        this.usual = usual;
        this.closing = closing;
        this.responder = usual;
        this.port = LastingPort.find();
        this.server = listen(port, this::webSocket);
    }

    private HttpServer listen(int wanted, @Nullable Handler<ServerWebSocket> sockets) {
        return vertx.createHttpServer(new HttpServerOptions()
                        .setHost(HOST)
                        .setPort(wanted)
                        .setMaxWebSocketFrameSize(1 << 20)
                        .setMaxWebSocketMessageSize(1 << 20))
                .webSocketHandler(sockets)
                .requestHandler(request -> request.body().onSuccess(body -> {
                    var exchange = new Exchange(request, body);
                    seen.add(exchange);
                    responder.accept(exchange);
                    // Who takes it finds what the responder has done with it.
                    waiting.add(exchange);
                }))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void webSocket(ServerWebSocket socket) {
        handshakes.add(
                MultiMap.caseInsensitiveMultiMap().addAll(socket.headers()).set("uri", socket.uri()));
        socket.textMessageHandler(text -> {
            if (text.equals("close")) {
                socket.close((short) 4001, "asked");
            } else {
                socket.writeTextMessage(text);
            }
        });
    }

    public String url() {
        return "http://" + HOST + ":" + port;
    }

    /** From now on answers like this. */
    public void respond(Consumer<Exchange> next) {
        responder = next;
    }

    /** Ends everything that a test has left unanswered, and whatever still comes. */
    void finish() {
        responder = closing;
        seen.stream().filter(exchange -> !exchange.isOver()).forEach(Exchange::kill);
    }

    /** Forgets what it got and answers as usual. */
    void reset() {
        seen.clear();
        waiting.clear();
        handshakes.clear();
        responder = usual;
    }

    /** Takes connections no more, and cuts the ones there are. */
    public void down() {
        server.close().toCompletionStage().toCompletableFuture().join();
        LastingPort.awaitFree(port);
    }

    /** Takes connections again. */
    public void up() {
        server = listen(port, this::webSocket);
    }

    /** Takes connections again, but answers a request for a WebSocket as little as any other. */
    public void upWithoutWebSockets() {
        server = listen(port, null);
    }

    /** The next request whose method and path begin like this, within 10 s; others on the way are skipped. */
    public Exchange take(String start) throws InterruptedException {
        while (true) {
            Exchange next = Objects.requireNonNull(waiting.poll(10, TimeUnit.SECONDS), "no request " + start);
            if (next.toString().startsWith(start)) {
                return next;
            }
        }
    }

    /** Requests so far whose method and path begin like this. */
    public List<Exchange> seen(String start) {
        return seen.stream()
                .filter(exchange -> exchange.toString().startsWith(start))
                .toList();
    }

    /** The next WebSocket's request headers; {@code uri} is its path and query. */
    public MultiMap handshake() throws InterruptedException {
        return Objects.requireNonNull(handshakes.poll(10, TimeUnit.SECONDS), "no WebSocket came");
    }
}
