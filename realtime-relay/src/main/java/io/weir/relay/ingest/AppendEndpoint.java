package io.weir.relay.ingest;

import io.netty.buffer.Unpooled;
import io.quarkus.websockets.next.InboundProcessingMode;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFeature;
import io.weir.streams.append.AppendFormatException;
import io.weir.streams.append.AppendFrame;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Where gateways append: one connection for all streams of a gateway. */
@WebSocket(
        path = "/internal/v1/append",
        endpointId = AppendEndpoint.ID,
        inboundProcessingMode = InboundProcessingMode.CONCURRENT)
public class AppendEndpoint {
    static final String ID = "append";

    private static final Logger LOG = Logger.getLogger(AppendEndpoint.class);
    private static final int POLICY = 1008;
    private static final int INTERNAL = 1011;

    private final Appends appends;
    private final IngestConfig config;
    private final AppendCodec codec;
    private final Vertx vertx;
    private final Map<String, GatewayLink> links = new ConcurrentHashMap<>();

    AppendEndpoint(Appends appends, IngestConfig config, Vertx vertx) {
        this.appends = appends;
        this.config = config;
        this.vertx = vertx;
        this.codec = new AppendCodec(Math.toIntExact(config.maxFrame().asLongValue()));
        vertx.setPeriodic(config.pingEvery().toMillis(), _ -> links.values().forEach(GatewayLink::ping));
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        var features = AppendFeature.ofHeader(connection.handshakeRequest().header(AppendFeature.HEADER));
        links.put(connection.id(), new GatewayLink(connection, codec, vertx, config, features));
        LOG.infof("gateway connected connection=%s", connection.id());
    }

    @OnBinaryMessage
    @NonBlocking
    void binary(Buffer message, WebSocketConnection connection) {
        GatewayLink link = links.get(connection.id());
        if (link == null) {
            return;
        }
        link.heard();
        List<AppendFrame> frames;
        try {
            frames = codec.decodeAll(Unpooled.wrappedBuffer(message.getBytes()));
        } catch (AppendFormatException e) {
            LOG.warnf("append connection refused connection=%s cause=%s", connection.id(), e.getMessage());
            link.close(POLICY, "malformed frame");
            return;
        }
        frames.forEach(frame -> appends.received(link, frame));
    }

    @OnPongMessage
    @NonBlocking
    void pong(Buffer data, WebSocketConnection connection) {
        GatewayLink link = links.get(connection.id());
        if (link != null) {
            link.heard();
        }
    }

    @OnError
    @NonBlocking
    void lost(HttpClosedException failure, WebSocketConnection connection) {
        LOG.debugf("append connection lost connection=%s", connection.id());
    }

    @OnError
    @NonBlocking
    void error(RuntimeException failure, WebSocketConnection connection) {
        LOG.errorf(failure, "append connection failed connection=%s", connection.id());
        GatewayLink link = links.get(connection.id());
        if (link != null) {
            link.close(INTERNAL, "internal error");
        }
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        GatewayLink link = links.remove(connection.id());
        if (link != null) {
            link.closed();
            LOG.infof("gateway disconnected connection=%s", connection.id());
        }
    }
}
