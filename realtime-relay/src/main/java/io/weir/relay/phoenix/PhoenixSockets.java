package io.weir.relay.phoenix;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.DecoderException;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocketConnection;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.weir.relay.admission.Gate;
import io.weir.relay.loop.Loops;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** All sockets of the Supabase Realtime protocol, whichever path they came by. */
@Singleton
public class PhoenixSockets {
    private static final Logger LOG = Logger.getLogger(PhoenixSockets.class);
    private static final long SWEEP_MILLIS = 5_000;

    static final TypedKey<Handshake> HANDSHAKE = new TypedKey<>("weir.handshake");

    private final Realm realm;
    private final Gate gate;
    private final Map<String, PhoenixSocket> sockets = new ConcurrentHashMap<>();

    PhoenixSockets(RealmSource source, Gate gate, Vertx vertx, MeterRegistry meters) {
        this.realm = source.realm();
        this.gate = gate;
        meters.gaugeMapSize("relay.sockets", List.of(), sockets);
        meters.gauge("relay.sockets.waiting.bytes", List.of(), this, PhoenixSockets::mostWaitingBytes);
        vertx.setPeriodic(SWEEP_MILLIS, _ -> sockets.values().forEach(PhoenixSocket::sweep));
    }

    /** What waits for the socket that is furthest behind. */
    private double mostWaitingBytes() {
        return sockets.values().stream()
                .mapToLong(PhoenixSocket::waitingBytes)
                .max()
                .orElse(0);
    }

    void opened(WebSocketConnection connection) {
        Handshake handshake = connection.userData().get(HANDSHAKE);
        if (handshake == null) {
            throw new IllegalStateException("socket without handshake");
        }
        SocketWire wire = SocketWire.of(connection);
        UpgradeLeftovers.drop(wire.channel());
        var socket = new PhoenixSocket(realm, Loops.current(), wire, handshake);
        sockets.put(connection.id(), socket);
        gate.opened();
        LOG.debugf("socket opened vsn=%s tenant=%s", handshake.vsn().wire(), handshake.tenant());
    }

    void text(WebSocketConnection connection, String text) {
        PhoenixSocket socket = sockets.get(connection.id());
        if (socket != null) {
            socket.text(text);
        }
    }

    void binary(WebSocketConnection connection, Buffer frame) {
        PhoenixSocket socket = sockets.get(connection.id());
        if (socket != null) {
            socket.binary(frame);
        }
    }

    /** A failure of ours in handling a frame, or bytes that are no frame: the client connects again and heals. */
    void failed(WebSocketConnection connection, RuntimeException failure) {
        PhoenixSocket socket = sockets.get(connection.id());
        if (failure instanceof DecoderException) {
            LOG.debugf("socket broke the protocol id=%s cause=%s", connection.id(), failure.getMessage());
        } else {
            LOG.errorf(failure, "socket failed id=%s", connection.id());
        }
        if (socket != null) {
            socket.close(failure instanceof DecoderException ? 1002 : 1011, "failed");
        }
    }

    void closed(WebSocketConnection connection) {
        PhoenixSocket socket = sockets.remove(connection.id());
        if (socket != null) {
            gate.closed();
            socket.closed();
        }
    }

    /** What closes each socket; the clients come back, by then to another process. */
    public List<Runnable> goodbyes() {
        return sockets.values().stream()
                .<Runnable>map(socket -> () -> socket.close(1012, "restarting"))
                .toList();
    }
}
