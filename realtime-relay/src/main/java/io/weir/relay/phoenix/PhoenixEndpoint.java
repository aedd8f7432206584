package io.weir.relay.phoenix;

import io.quarkus.websockets.next.InboundProcessingMode;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;

/** The protocol, where clients look for it behind a gateway; {@link SelfHostedPaths} leads the other addresses here. */
@WebSocket(
        path = PhoenixEndpoint.PATH,
        endpointId = UpgradeCheck.ENDPOINT,
        inboundProcessingMode = InboundProcessingMode.CONCURRENT)
public class PhoenixEndpoint {
    static final String PATH = "/realtime/v1/websocket";

    private final PhoenixSockets sockets;

    PhoenixEndpoint(PhoenixSockets sockets) {
        this.sockets = sockets;
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        sockets.opened(connection);
    }

    @OnTextMessage
    @NonBlocking
    void text(String text, WebSocketConnection connection) {
        sockets.text(connection, text);
    }

    @OnBinaryMessage
    @NonBlocking
    void binary(Buffer frame, WebSocketConnection connection) {
        sockets.binary(connection, frame);
    }

    @OnError
    @NonBlocking
    void lost(HttpClosedException failure, WebSocketConnection connection) {
        sockets.closed(connection);
    }

    @OnError
    @NonBlocking
    void error(RuntimeException failure, WebSocketConnection connection) {
        sockets.failed(connection, failure);
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        sockets.closed(connection);
    }
}
