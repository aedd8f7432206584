package io.weir.bench.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A blocking WebSocket client for the few connections that publish. Writes block while the server does not read, so a
 * publisher is never ahead of its socket. Pings are answered; the first texts are kept for whoever waits for them, the rest
 * is read and dropped.
 */
public final class WebSocketLink implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAX_KEPT = 64;
    private static final int WAIT_SECONDS = 10;

    private final SocketChannel channel;
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>(MAX_KEPT);
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);

    private WebSocketLink(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects and upgrades. */
    public static WebSocketLink open(InetSocketAddress server, String path, Map<String, String> headers)
            throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var link = new WebSocketLink(channel);
        link.write(Upgrade.request(server.getHostString() + ":" + server.getPort(), path, headers));
        link.in.clear();
        do {
            if (channel.read(link.in) < 0) {
                throw new IOException("closed during the upgrade");
            }
            link.in.flip();
            if (Upgrade.passed(link.in)) {
                Thread.ofVirtual().start(link::drain);
                return link;
            }
            link.in.compact();
        } while (link.in.hasRemaining());
        throw new IOException("no end of the upgrade's head");
    }

    /** Sends a text. */
    public void text(String text) throws IOException {
        write(FrameWriter.frame(FrameReader.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends bytes. */
    public void binary(byte[] bytes) throws IOException {
        write(FrameWriter.frame(FrameReader.BINARY, bytes));
    }

    /** Waits for a text that contains {@code part}. */
    public void await(String part) throws IOException {
        try {
            String text = texts.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            while (text != null && !text.contains(part)) {
                text = texts.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            }
            if (text == null) {
                throw new IOException("no " + part + " within " + WAIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private synchronized void write(ByteBuffer frame) throws IOException {
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    private void drain() {
        Queue<String> kept = texts;
        try {
            do {
                FrameReader.read(in, (opcode, payload) -> frame(opcode, payload, kept));
                in.compact();
                int read = channel.read(in);
                in.flip();
                if (read < 0) {
                    return;
                }
            } while (true);
        } catch (IOException _) {
            // Closed by us or by the server; whoever writes next learns it.
        }
    }

    private void frame(int opcode, ByteBuffer payload, Queue<String> kept) {
        if (opcode == FrameReader.TEXT) {
            kept.offer(StandardCharsets.UTF_8.decode(payload).toString());
        } else if (opcode == FrameReader.PING) {
            byte[] echo = new byte[payload.remaining()];
            payload.get(echo);
            try {
                write(FrameWriter.frame(FrameReader.PONG, echo));
            } catch (IOException _) {
                // The next read ends the loop.
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
