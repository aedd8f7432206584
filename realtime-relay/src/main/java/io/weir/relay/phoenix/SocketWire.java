package io.weir.relay.phoenix;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocketConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.weir.relay.delivery.Outbound;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Writes frames to a socket, however many they are as one piece of memory, with one flush: the system call costs more than
 * all else. The frames are encoded already, so they go past the framework's encoder; what the framework sends itself (the
 * close frame, pongs) keeps its order with them, because all of it goes through one channel.
 */
record SocketWire(Channel channel, WebSocketConnection connection) implements Outbound.Transport<ServerFrame> {
    private static final Logger LOG = Logger.getLogger(SocketWire.class);
    private static final TypedKey<Channel> CHANNEL = new TypedKey<>("weir.channel");

    /** Notes the channel of a request that is to become a socket. */
    static void note(HttpServerRequest request, io.quarkus.websockets.next.UserData data) {
        if (!(request.connection() instanceof ConnectionBase connection)) {
            throw new IllegalStateException("no connection of its own");
        }
        data.put(CHANNEL, connection.channel());
    }

    /** The wire of a socket whose channel was noted. */
    static SocketWire of(WebSocketConnection connection) {
        Channel channel = connection.userData().get(CHANNEL);
        if (channel == null) {
            throw new IllegalStateException("socket without channel");
        }
        return new SocketWire(channel, connection);
    }

    @Override
    public void write(List<ServerFrame> frames, Outbound.Done done) {
        int length = 0;
        for (ServerFrame frame : frames) {
            length += frame.wire().readableBytes();
        }
        ByteBuf bytes = channel.alloc().directBuffer(length);
        for (ServerFrame frame : frames) {
            ByteBuf wire = frame.wire();
            bytes.writeBytes(wire, wire.readerIndex(), wire.readableBytes());
        }
        channel.writeAndFlush(bytes).addListener(written -> done.written(written.isSuccess()));
    }

    @Override
    public void close(int code, String reason) {
        connection
                .close(new CloseReason(code, reason))
                .subscribe()
                .with(_ -> {}, failure -> LOG.debugf(failure, "socket was closed already"));
    }
}
