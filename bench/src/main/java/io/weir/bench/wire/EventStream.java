package io.weir.bench.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The HTTP exchange of a streamed answer: a request with a body, a response in chunks. Hands on whole lines, wherever hops
 * on the way have cut them into chunks. One instance a response.
 */
public final class EventStream implements Framing {
    private static final int END_OF_HEAD = 0x0D0A0D0A;
    private static final int LONGEST_SIZE_LINE = 64;
    private static final String ACCEPT = "Accept";
    private static final byte LINE_FEED = '\n';

    private byte[] line = new byte[0];
    private int held;
    private long left;
    private boolean inChunk;

    /** A request with a JSON body, for an event stream unless its headers say otherwise. */
    public static ByteBuffer request(String authority, String path, Map<String, String> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(authority)
                .append("\r\nContent-Type: application/json\r\nContent-Length: ")
                .append(bytes.length)
                .append("\r\n");
        if (!headers.containsKey(ACCEPT)) {
            head.append(ACCEPT + ": text/event-stream\r\n");
        }
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(start.length + bytes.length)
                .put(start)
                .put(bytes)
                .flip();
    }

    /** A request without a body that takes something away. */
    public static ByteBuffer delete(String authority, String path, Map<String, String> headers) {
        var head = new StringBuilder("DELETE ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(authority)
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Moves the position behind the response's head, if it is all there.
     *
     * @return the head, or nothing while it is not whole
     * @throws RefusedException if the response is no stream in chunks
     */
    public static Optional<String> head(ByteBuffer in) throws RefusedException {
        for (int at = in.position(); at <= in.limit() - Integer.BYTES; at++) {
            if (in.getInt(at) == END_OF_HEAD) {
                byte[] bytes = new byte[at - in.position()];
                in.get(bytes).position(at + Integer.BYTES);
                String head = new String(bytes, StandardCharsets.US_ASCII);
                if (!head.startsWith("HTTP/1.1 200")
                        || !head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
                    throw new RefusedException(head + " " + StandardCharsets.UTF_8.decode(in.duplicate()));
                }
                return Optional.of(head);
            }
        }
        return Optional.empty();
    }

    @Override
    public void read(ByteBuffer in, FrameReader.Taker taker) {
        while (in.hasRemaining() && (inChunk || sizeRead(in, taker))) {
            int length = (int) Math.min(left, in.remaining());
            int end = in.limit();
            in.limit(in.position() + length);
            take(in, taker);
            in.limit(end);
            left -= length;
            inChunk = left > 0;
        }
    }

    /** Reads the line that begins a chunk, and the empty one that ends the chunk before it; false while it is not whole. */
    private boolean sizeRead(ByteBuffer in, FrameReader.Taker taker) {
        int start = in.position();
        int at = start;
        while (at < in.limit() && (in.get(at) == '\r' || in.get(at) == LINE_FEED)) {
            at++;
        }
        long size = 0;
        for (; at < in.limit() && in.get(at) != LINE_FEED; at++) {
            int digit = Character.digit(in.get(at), 16);
            size = digit < 0 ? size : size << 4 | digit;
            if (at - start > LONGEST_SIZE_LINE) {
                throw new IllegalStateException("no chunk begins here");
            }
        }
        if (at == in.limit()) {
            return false;
        }
        in.position(at + 1);
        if (size == 0) {
            in.position(in.limit());
            taker.frame(FrameReader.CLOSE, in);
            return false;
        }
        left = size;
        inChunk = true;
        return true;
    }

    private void take(ByteBuffer part, FrameReader.Taker taker) {
        int end = part.limit();
        int last = end - 1;
        while (last >= part.position() && part.get(last) != LINE_FEED) {
            last--;
        }
        if (held == 0 && last >= part.position()) {
            part.limit(last + 1);
            taker.frame(FrameReader.TEXT, part);
            part.limit(end).position(last + 1);
        } else if (last >= part.position()) {
            keep(part, last + 1 - part.position());
            int length = held;
            held = 0;
            taker.frame(FrameReader.TEXT, ByteBuffer.wrap(line, 0, length));
        }
        keep(part, part.remaining());
    }

    private void keep(ByteBuffer part, int length) {
        if (held + length > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, held + length));
        }
        part.get(line, held, length);
        held += length;
    }

    /** The server answered something else than a stream. */
    public static final class RefusedException extends java.io.IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String response) {
            super("no stream: " + response.replace("\r\n", ", "));
        }
    }
}
