package io.weir.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.bench.wire.WebSocketLink;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Deltas;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Token streams to Weir's relay as a gateway sends them: one append connection, one open stream a topic, one run a token. */
final class AppendPublisher implements Publisher {
    private static final Deltas.Place PLACE = new Deltas.Place("msg_0", 0, 0);
    private static final long EPOCH = 1;

    private final InetSocketAddress server;
    private final String prefix;
    private final String token;
    private final AppendCodec codec = new AppendCodec(1 << 20);
    private final List<Stream> streams = new ArrayList<>();
    private @Nullable WebSocketLink link;

    AppendPublisher(InetSocketAddress server, String prefix, String token) {
        this.server = server;
        this.prefix = prefix;
        this.token = token;
    }

    private static final class Stream {
        private final StreamId id = StreamId.next(Clock.systemUTC(), ThreadLocalRandom.current());
        private long offset;
    }

    @Override
    public void open(int topics) throws IOException {
        WebSocketLink opened =
                WebSocketLink.open(server, "/internal/v1/append", Map.of("Authorization", "Bearer " + token));
        link = opened;
        for (int topic = 0; topic < topics; topic++) {
            var stream = new Stream();
            streams.add(stream);
            send(opened, new AppendFrame.Open(stream.id, EPOCH, header(topic)));
        }
    }

    private StreamHeader header(int topic) {
        return new StreamHeader(
                new TenantId("default"),
                new AccountId("bench"),
                new SessionId("bench-" + topic),
                prefix + topic,
                "battle",
                "token",
                new AgentName("bench"),
                null);
    }

    @Override
    public void publish(int topic, int number) throws IOException {
        WebSocketLink open = link;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        Stream stream = streams.get(topic);
        long offset = ++stream.offset;
        ByteBuf text = Unpooled.wrappedBuffer(Marks.text(number, Payload.TEXT_BYTES));
        send(
                open,
                new AppendFrame.Append(
                        stream.id, EPOCH, Deltas.one(offset, EventTypes.TEXT_DELTA, PLACE, text, number, offset)));
    }

    private void send(WebSocketLink open, AppendFrame frame) throws IOException {
        ByteBuf out = Unpooled.buffer(256);
        codec.encode(frame, out);
        open.binary(ByteBufUtil.getBytes(out));
    }

    @Override
    public void close() throws IOException {
        if (link != null) {
            link.close();
        }
    }
}
