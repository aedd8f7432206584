package io.weir.bench.load;

import io.weir.bench.wire.EventStream;
import io.weir.bench.wire.RequestLink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** Notices to Weir's relay as a backend sends them: an HTTP request each, over one connection that is kept. */
final class NoticePublisher implements Publisher {
    private static final int ACCEPTED = 202;

    private final String prefix;
    private final String authority;
    private final Map<String, String> headers;
    private final RequestLink link;

    NoticePublisher(InetSocketAddress server, String prefix, String token) {
        this.prefix = prefix;
        this.authority = server.getHostString() + ":" + server.getPort();
        this.headers = Map.of("Authorization", "Bearer " + token, "apikey", "weir-bench", "Accept", "application/json");
        this.link = new RequestLink(server);
    }

    @Override
    public void open(int topics) {
        // The first request connects.
    }

    @Override
    public void publish(int topic, int number) throws IOException {
        int status = link.exchange(EventStream.request(
                authority,
                "/realtime/v1/api/broadcast/" + prefix + topic + "/events/job_done",
                headers,
                Payload.json(number)));
        if (status != ACCEPTED) {
            throw new IOException("a notice was answered with " + status);
        }
    }

    @Override
    public void close() throws IOException {
        link.close();
    }
}
