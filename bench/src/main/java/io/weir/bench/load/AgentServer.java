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
import org.jspecify.annotations.Nullable;

/**
 * An agent machine that says what schedules want: every request is answered by a stream of the Responses API. It listens as
 * long as its process lives, whatever loads come and go, so that who asks it knows one machine that is always well.
 */
final class AgentServer {
    private static final int BACKLOG = 4_096;
    private static final byte[] HEALTHY = response(200, "{\"status\":\"ok\",\"ok\":true,\"ready\":true}");

    private @Nullable ServerSocketChannel server;
    /** Those of the load that is on. */
    private volatile Answers current = new Answers();

    /** The answers to all requests from now on; listens there where it does not yet. Of one thread. */
    Answers answers(int port) throws IOException {
        current = new Answers();
        if (server == null) {
            ServerSocketChannel channel = ServerSocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            server = channel;
            Thread.ofVirtual().name("agent").start(() -> accept(channel));
        }
        return current;
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (listening.isOpen()) {
                SocketChannel channel = listening.accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Thread.ofVirtual().start(() -> serve(channel));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(SocketChannel channel) {
        Answers answers = current;
        int topic = -1;
        try (channel) {
            var in = new BufferedInputStream(channel.socket().getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                skipBody(in, head);
                if (head.startsWith("POST")) {
                    answers = current;
                    topic = answers.begin(channel);
                } else {
                    channel.write(ByteBuffer.wrap(HEALTHY));
                }
            }
        } catch (IOException _) {
            // The other side has gone.
        } finally {
            if (topic >= 0) {
                answers.closed(topic);
            }
        }
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
