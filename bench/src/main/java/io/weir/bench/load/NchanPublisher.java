package io.weir.bench.load;

import io.weir.bench.wire.WebSocketLink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** nchan's WebSocket publisher: one connection a channel. */
final class NchanPublisher implements Publisher {
    private final InetSocketAddress server;
    private final List<WebSocketLink> links = new ArrayList<>();

    NchanPublisher(InetSocketAddress server) {
        this.server = server;
    }

    @Override
    public void open(int topics) throws IOException {
        for (int topic = 0; topic < topics; topic++) {
            links.add(WebSocketLink.open(server, "/pub/t" + topic, Map.of()));
        }
    }

    @Override
    public void publish(int topic, int number) throws IOException {
        links.get(topic).text(Payload.json(number));
    }

    @Override
    public void close() throws IOException {
        for (WebSocketLink link : links) {
            link.close();
        }
    }
}
