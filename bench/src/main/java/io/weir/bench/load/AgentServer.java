package io.weir.bench.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * An agent machine that says what the schedule wants: every request is answered by a stream of the Responses API in chunks,
 * one event and one write a token. The first token of an answer carries its topic, so that its reader knows which it is.
 */
final class AgentServer implements Publisher {
    /** From here on, a mark is not a message's number but the number of a topic. */
    static final int FIRST_TOKEN = 1 << 30;

    private static final int MOST_STREAMS = 20_000;
    private static final int BACKLOG = 4_096;
    private static final int OPEN_SECONDS = 60;
    private static final byte[] HEALTHY = response(200, "{\"status\":\"ok\",\"ok\":true,\"ready\":true}");
    private static final byte[] DELTA =
            ("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                            + "\"item_id\":\"msg_0\",\"output_index\":0,\"content_index\":0,\"delta\":\"")
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DELTA_END = "\"}\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEGIN = (event(
                            "response.created",
                            "\"response\":{\"id\":\"resp_0\",\"object\":\"response\",\"created_at\":0,\"status\":\"in_progress\","
                                    + "\"model\":\"bench\",\"output\":[]}")
                    + event(
                            "response.output_item.added",
                            "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"msg_0\",\"role\":\"assistant\","
                                    + "\"content\":[],\"status\":\"in_progress\"}")
                    + event(
                            "response.content_part.added",
                            "\"item_id\":\"msg_0\",\"output_index\":0,\"content_index\":0,"
                                    + "\"part\":{\"type\":\"output_text\",\"text\":\"\"}"))
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = (event(
                            "response.completed",
                            "\"response\":{\"id\":\"resp_0\",\"object\":\"response\",\"created_at\":0,\"status\":\"completed\","
                                    + "\"model\":\"bench\",\"output\":[],"
                                    + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"total_tokens\":2}}")
                    + "data: [DONE]\n\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAM_HEAD = String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Content-Type: text/event-stream",
                    "Cache-Control: no-cache",
                    "Transfer-Encoding: chunked",
                    "",
                    "")
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocketChannel server;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable SocketChannel> streams = new AtomicReferenceArray<>(MOST_STREAMS);
    /** When a stream's socket was seen closed by the other side; 0 before. */
    private final AtomicLongArray closed = new AtomicLongArray(MOST_STREAMS);

    private final Semaphore opened = new Semaphore(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(4_096);

    /** Listens; answers begin as soon as requests come. */
    AgentServer(int port) throws IOException {
        server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        Thread.ofVirtual().name("agent").start(this::accept);
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                SocketChannel channel = server.accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Thread.ofVirtual().start(() -> serve(channel));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(SocketChannel channel) {
        int topic = -1;
        try (channel) {
            var in = new BufferedInputStream(channel.socket().getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                skipBody(in, head);
                if (head.startsWith("POST")) {
                    topic = begin(channel);
                } else {
                    channel.write(ByteBuffer.wrap(HEALTHY));
                }
            }
        } catch (IOException _) {
            // The other side has gone.
        } finally {
            if (topic >= 0) {
                closed.set(topic, System.nanoTime());
            }
        }
    }

    /** When the other side was seen to have closed that stream's socket, in nanoseconds; 0 while it has not. Any thread. */
    long closedNanos(int topic) {
        return closed.get(topic);
    }

    private int begin(SocketChannel channel) throws IOException {
        int topic = count.getAndIncrement();
        ByteBuffer first = ByteBuffer.allocate(4_096);
        first.put(STREAM_HEAD);
        chunk(first, BEGIN);
        delta(first, FIRST_TOKEN + topic);
        write(channel, first.flip());
        streams.set(topic, channel);
        opened.release();
        return topic;
    }

    @Override
    public void open(int topics) throws IOException {
        try {
            if (!opened.tryAcquire(topics, OPEN_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the agent was asked " + count + " times, not " + topics);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void publish(int topic, int number) throws IOException {
        SocketChannel channel = streams.get(topic);
        if (channel != null) {
            out.clear();
            delta(out, number);
            try {
                write(channel, out.flip());
            } catch (IOException _) {
                // Nobody listens any more: what comes too late is counted where it should arrive.
                streams.set(topic, null);
            }
        }
    }

    /** Ends all answers. */
    @Override
    public void close() throws IOException {
        for (int topic = 0; topic < count.get(); topic++) {
            SocketChannel channel = streams.get(topic);
            if (channel != null) {
                ByteBuffer last = ByteBuffer.allocate(1_024);
                chunk(last, END);
                last.put("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                try {
                    write(channel, last.flip());
                } catch (IOException _) {
                    // It has gone before its end.
                }
            }
        }
        server.close();
    }

    private static void delta(ByteBuffer to, int number) {
        byte[] text = Marks.text(number, Payload.TEXT_BYTES);
        size(to, DELTA.length + text.length + DELTA_END.length);
        to.put(DELTA).put(text).put(DELTA_END).put((byte) '\r').put((byte) '\n');
    }

    private static void chunk(ByteBuffer to, byte[] bytes) {
        size(to, bytes.length);
        to.put(bytes).put((byte) '\r').put((byte) '\n');
    }

    private static void size(ByteBuffer to, int bytes) {
        to.put(Integer.toHexString(bytes).getBytes(StandardCharsets.US_ASCII))
                .put((byte) '\r')
                .put((byte) '\n');
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

    private static byte[] response(int status, String body) {
        return ("HTTP/1.1 " + status + " OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The next request's head in lower case, its method excepted; empty at the end. */
    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int read = in.read(); read >= 0; read = in.read()) {
            head.append((char) read);
            if (read == '\n'
                    && head.length() >= 4
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int space = head.indexOf(" ");
                return head.substring(0, space) + head.substring(space).toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    private static void skipBody(InputStream in, String head) throws IOException {
        if (head.contains("transfer-encoding: chunked")) {
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                in.skipNBytes(size + 2L);
            }
            in.skipNBytes(2);
            return;
        }
        int at = head.indexOf("content-length: ");
        if (at >= 0) {
            int from = at + "content-length: ".length();
            in.skipNBytes(Long.parseLong(
                    head.substring(from, head.indexOf('\r', from)).strip()));
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }
}
