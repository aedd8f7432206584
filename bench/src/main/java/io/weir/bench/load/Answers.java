package io.weir.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one load, in chunks: one event and one write a token. The first token of an answer carries its topic, so that
 * its reader knows which it is. Answers begin on any thread; what they say is published by one.
 */
final class Answers implements Publisher {
    /** From here on, a mark is not a message's number but the number of a topic. */
    static final int FIRST_TOKEN = 1 << 30;

    private static final int MOST_STREAMS = 20_000;
    private static final int OPEN_SECONDS = 60;
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

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable SocketChannel> streams = new AtomicReferenceArray<>(MOST_STREAMS);
    /** When a stream's socket was seen closed by the other side; 0 before. */
    private final AtomicLongArray closed = new AtomicLongArray(MOST_STREAMS);

    private final Semaphore opened = new Semaphore(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(4_096);

    /** The socket of a topic was seen closed by the other side. */
    void closed(int topic) {
        closed.set(topic, System.nanoTime());
    }

    /** When the other side was seen to have closed that stream's socket, in nanoseconds; 0 while it has not. Any thread. */
    long closedNanos(int topic) {
        return closed.get(topic);
    }

    /** Begins an answer; returns its topic. */
    int begin(SocketChannel channel) throws IOException {
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

    /** Ends all answers; their sockets stay open for whoever asks next. */
    @Override
    public void close() {
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
}
