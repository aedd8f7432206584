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

/** The protocol where a Realtime server of one's own has it. */
@WebSocket(
        path = "/socket/websocket",
        endpointId = UpgradeCheck.ENDPOINT_PREFIX + "SelfHosted",
        inboundProcessingMode = InboundProcessingMode.CONCURRENT)
public class SelfHostedEndpoint {
    private final PhoenixSockets sockets;

    SelfHostedEndpoint(PhoenixSockets sockets) {
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
