package io.weir.relay.cameras;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.websockets.next.InboundProcessingMode;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.weir.relay.admission.Gate;
import io.weir.relay.cameras.CameraUpgradeCheck.Pass;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Where a camera publishes and others view: the token decides which of the two. */
@WebSocket(
        path = CameraUpgradeCheck.PATH + "{camera}",
        endpointId = CameraUpgradeCheck.ENDPOINT,
        inboundProcessingMode = InboundProcessingMode.CONCURRENT)
public class CameraEndpoint {
    private static final Logger LOG = Logger.getLogger(CameraEndpoint.class);
    private static final int INTERNAL = 1011;
    private static final int RESTARTING = 1012;

    private final Cameras cameras;
    private final CameraConfig config;
    private final Gate gate;
    private final FrameReader reader;
    private final Map<String, CameraSocket> sockets = new ConcurrentHashMap<>();

    CameraEndpoint(Cameras cameras, CameraConfig config, Gate gate, ObjectMapper mapper, Vertx vertx, Clock clock) {
        this.cameras = cameras;
        this.config = config;
        this.gate = gate;
        this.reader = new FrameReader(
                mapper,
                Math.toIntExact(config.maxFrame().asLongValue()),
                Math.toIntExact(config.maxHeader().asLongValue()));
        vertx.setPeriodic(
                config.pingEvery().toMillis(), _ -> sockets.values().forEach(socket -> socket.sweep(clock.instant())));
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        Pass pass = connection.userData().get(CameraUpgradeCheck.PASS);
        if (pass == null) {
            throw new IllegalStateException("camera socket without pass");
        }
        var socket = new CameraSocket(connection, pass, cameras, reader, config);
        sockets.put(connection.id(), socket);
        gate.opened();
        socket.opened();
    }

    @OnTextMessage
    @NonBlocking
    void text(String message, WebSocketConnection connection) {
        on(connection, socket -> socket.text(message));
    }

    @OnBinaryMessage
    @NonBlocking
    void binary(Buffer message, WebSocketConnection connection) {
        on(connection, socket -> socket.binary(message));
    }

    @OnPongMessage
    @NonBlocking
    void pong(Buffer data, WebSocketConnection connection) {
        on(connection, CameraSocket::heard);
    }

    @OnError
    @NonBlocking
    void lost(HttpClosedException failure, WebSocketConnection connection) {
        close(connection);
    }

    @OnError
    @NonBlocking
    void error(RuntimeException failure, WebSocketConnection connection) {
        LOG.errorf(failure, "camera socket failed connection=%s", connection.id());
        on(connection, socket -> socket.close(INTERNAL, "internal error"));
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        CameraSocket socket = sockets.remove(connection.id());
        if (socket != null) {
            gate.closed();
            socket.closed();
        }
    }

    /** What closes each socket; the clients come back, by then to another process. */
    public List<Runnable> goodbyes() {
        return sockets.values().stream()
                .<Runnable>map(socket -> () -> socket.close(RESTARTING, "restarting"))
                .toList();
    }

    private void on(WebSocketConnection connection, Consumer<CameraSocket> work) {
        CameraSocket socket = sockets.get(connection.id());
        if (socket != null) {
            work.accept(socket);
        }
    }
}
