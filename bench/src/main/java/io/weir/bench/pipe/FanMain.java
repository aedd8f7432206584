package io.weir.bench.pipe;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A bare fan-out server: whoever opens {@code /sub/X} gets every text that is sent on {@code /pub/X}, a frame a text, on one
 * event loop. It keeps nothing, checks nothing and waits for nobody.
 */
public final class FanMain {
    private static final int BACKLOG = 4_096;

    private final Map<String, Set<ServerWebSocket>> topics = new HashMap<>();

    private FanMain() {}

    /** Takes the port to listen on. */
    public static void main(String[] args) {
        var fan = new FanMain();
        Vertx.vertx()
                .createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(Integer.parseInt(args[0]))
                        .setAcceptBacklog(BACKLOG))
                .webSocketHandler(fan::opened)
                .listen()
                .onFailure(failure -> {
                    System.err.println("does not start: " + failure);
                    System.exit(1);
                });
    }

    private void opened(ServerWebSocket socket) {
        String topic = socket.path().substring(socket.path().lastIndexOf('/'));
        Set<ServerWebSocket> subscribers = topics.computeIfAbsent(topic, _ -> new LinkedHashSet<>());
        if (socket.path().startsWith("/pub/")) {
            socket.textMessageHandler(text -> subscribers.forEach(subscriber -> subscriber.writeTextMessage(text)));
        } else {
            subscribers.add(socket);
            socket.closeHandler(_ -> subscribers.remove(socket));
        }
    }
}
