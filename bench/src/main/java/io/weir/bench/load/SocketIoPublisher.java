package io.weir.bench.load;

import io.weir.bench.wire.WebSocketLink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A socket.io client that asks the server to emit to a room. */
final class SocketIoPublisher implements Publisher {
    private final InetSocketAddress server;
    private @Nullable WebSocketLink link;

    SocketIoPublisher(InetSocketAddress server) {
        this.server = server;
    }

    @Override
    public void open(int topics) throws IOException {
        WebSocketLink opened = WebSocketLink.open(server, SocketIoDialect.PATH, Map.of());
        opened.await("0{");
        opened.text("40");
        opened.await("40{");
        link = opened;
    }

    @Override
    public void publish(int topic, int number) throws IOException {
        WebSocketLink open = link;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        open.text("42[\"publish\",\"t" + topic + "\"," + Payload.json(number) + "]");
    }

    @Override
    public void close() throws IOException {
        if (link != null) {
            link.close();
        }
    }
}
