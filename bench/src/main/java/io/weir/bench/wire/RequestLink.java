package io.weir.bench.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A blocking HTTP connection that is kept, for one short exchange after the other. Opened by the first of them. */
public final class RequestLink implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Pattern STATUS = Pattern.compile("http/1\\.1 (\\d{3})");
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)");

    private final InetSocketAddress server;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
    private @Nullable SocketChannel channel;

    /** A connection to this server. */
    public RequestLink(InetSocketAddress server) {
        this.server = server;
    }

    /**
     * Sends a request and reads its response to the end; bodies have a length, or there are none.
     *
     * @return the status
     */
    public int exchange(ByteBuffer request) throws IOException {
        SocketChannel open = open();
        while (request.hasRemaining()) {
            open.write(request);
        }
        in.clear();
        while (true) {
            if (open.read(in) < 0) {
                throw new EOFException("closed before the response");
            }
            String said = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
            int end = said.indexOf("\r\n\r\n");
            if (end >= 0) {
                String head = said.substring(0, end + 2).toLowerCase(Locale.ROOT);
                Matcher length = LENGTH.matcher(head);
                int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
                if (said.length() >= end + 4 + body) {
                    return status(head);
                }
            }
            if (!in.hasRemaining()) {
                throw new IOException("the response is too long");
            }
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            open = SocketChannel.open(server);
            open.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel = open;
        }
        return open;
    }

    private static int status(String head) throws IOException {
        Matcher status = STATUS.matcher(head);
        if (!status.lookingAt()) {
            throw new IOException("no response: " + head);
        }
        return Integer.parseInt(status.group(1));
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
