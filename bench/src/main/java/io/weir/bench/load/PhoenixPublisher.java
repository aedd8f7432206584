package io.weir.bench.load;

import io.weir.bench.wire.WebSocketLink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Plain broadcasts to Weir's relay: one signed-in socket a topic, binary frames as the npm client sends them. */
final class PhoenixPublisher implements Publisher {
    private static final byte[] EVENT = "token".getBytes(StandardCharsets.UTF_8);
    private static final int USER_BROADCAST_PUSH = 3;
    private static final int JSON = 1;

    private final InetSocketAddress server;
    private final String prefix;
    private final String token;
    private final List<WebSocketLink> links = new ArrayList<>();

    PhoenixPublisher(InetSocketAddress server, String prefix, String token) {
        this.server = server;
        this.prefix = prefix;
        this.token = token;
    }

    @Override
    public void open(int topics) throws IOException {
        for (int topic = 0; topic < topics; topic++) {
            WebSocketLink link = WebSocketLink.open(server, PhoenixDialect.PATH, Map.of());
            link.text(PhoenixDialect.join(prefix + topic, false, token));
            link.await("\"status\":\"ok\"");
            links.add(link);
        }
    }

    @Override
    public void publish(int topic, int number) throws IOException {
        links.get(topic).binary(frame("realtime:" + prefix + topic, Payload.json(number)));
    }

    /** Without a ref nobody waits for a reply. */
    private static byte[] frame(String topic, String payload) {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + name.length + EVENT.length + body.length)
                .put((byte) USER_BROADCAST_PUSH)
                .put((byte) 1)
                .put((byte) 0)
                .put((byte) name.length)
                .put((byte) EVENT.length)
                .put((byte) 0)
                .put((byte) JSON)
                .put((byte) '1')
                .put(name)
                .put(EVENT)
                .put(body)
                .array();
    }

    @Override
    public void close() throws IOException {
        for (WebSocketLink link : links) {
            link.close();
        }
    }
}
