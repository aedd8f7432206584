package io.weir.bench.load;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** What is published on /pub/t goes to everybody on /sub/t, as {@code fault} changes it. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Map<String, List<OutputStream>> subscribers = new ConcurrentHashMap<>();
    private final UnaryOperator<List<String>> fault;
    private final CountDownLatch pong = new CountDownLatch(1);

    EchoServer(UnaryOperator<List<String>> fault) throws IOException {
        this.fault = fault;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Released once a subscriber has answered a ping. */
    CountDownLatch pong() {
        return pong;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new DataInputStream(socket.getInputStream());
            String path = head(in).split(" ", -1)[1];
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            if (path.startsWith("/sub/")) {
                out.write(new byte[] {(byte) 0x89, 1, '?'});
                subscribers
                        .computeIfAbsent(path.substring(5), _ -> new CopyOnWriteArrayList<>())
                        .add(out);
            }
            while (true) {
                String text = frame(in);
                if (path.startsWith("/sub/")) {
                    pong.countDown();
                } else {
                    tell(path.substring(5), text);
                }
            }
        } catch (IOException _) {
            // The client has left.
        }
    }

    private void tell(String topic, String text) throws IOException {
        for (OutputStream out : subscribers.getOrDefault(topic, List.of())) {
            for (String said : fault.apply(List.of(text))) {
                byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
                byte[] frame = new byte[bytes.length + 2];
                frame[0] = (byte) 0x81;
                frame[1] = (byte) bytes.length;
                System.arraycopy(bytes, 0, frame, 2, bytes.length);
                out.write(frame);
            }
        }
    }

    private static String head(DataInputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** A short masked frame. */
    private static String frame(DataInputStream in) throws IOException {
        in.readUnsignedByte();
        int length = in.readUnsignedByte() & 0x7F;
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
