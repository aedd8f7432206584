package io.weir.relay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A WebSocket client that sends whatever bytes it is told, also such as no client would send. It reads when it is told to, and
 * not before. Reads wait at most 20 s.
 */
final class RawSocket implements AutoCloseable {
    static final int TEXT = 0x81;
    static final int BINARY = 0x82;
    /** The bit by which a compressed frame is marked. */
    static final int COMPRESSED = 0x40;

    private static final int CLOSE = 0x88;
    private static final int SHORT_LENGTH = 125;
    private static final int MASKED = 0x80;

    private final Socket socket;
    private final DataInputStream in;
    private final String head;

    private RawSocket(Socket socket, DataInputStream in, String head) {
        this.socket = socket;
        this.in = in;
        this.head = head;
    }

    static RawSocket open(URI base, String path, String... headers) {
        return open(base, path, 0, headers);
    }

    /** One whose operating system keeps no more than so many bytes that nobody has read, or a little more. */
    static RawSocket narrow(URI base, String path, int receiveBytes) {
        return open(base, path, receiveBytes);
    }

    private static RawSocket open(URI base, String path, int receiveBytes, String... headers) {
        try {
            var socket = new Socket();
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            var request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                head.write(in.readUnsignedByte());
            }
            return new RawSocket(socket, in, head.toString(StandardCharsets.US_ASCII));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    String head() {
        return head;
    }

    /** The body of an answer that is no upgrade. */
    String body() {
        try {
            int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ") + 16;
            int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
            return new String(in.readNBytes(length), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends one frame whose first byte is {@code first}. */
    void send(int first, byte[] payload) {
        write(frame(first, payload));
    }

    /** One frame whose first byte is {@code first}. */
    static byte[] frame(int first, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length <= SHORT_LENGTH) {
            frame.write(MASKED | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(MASKED | 126);
            frame.writeBytes(ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) payload.length)
                    .array());
        } else {
            frame.write(MASKED | 127);
            frame.writeBytes(
                    ByteBuffer.allocate(Long.BYTES).putLong(payload.length).array());
        }
        // A mask of zeros changes nothing.
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** Sends bytes as they are. */
    void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException _) {
            // The other side has refused it already: that is for the reader to see.
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The next text, or {@code closed N} with the close code, or {@code gone} where the connection ends without one. */
    String next() {
        try {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] payload = in.readNBytes(length);
            if (first == CLOSE) {
                return payload.length < 2
                        ? "closed"
                        : "closed " + ByteBuffer.wrap(payload).getShort();
            }
            return new String(payload, StandardCharsets.UTF_8);
        } catch (EOFException | SocketException _) {
            return "gone";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The next text that contains {@code part}; others are skipped. */
    String next(String part) {
        String text = next();
        while (!text.contains(part)) {
            if (text.startsWith("closed") || text.equals("gone")) {
                throw new AssertionError(text);
            }
            text = next();
        }
        return text;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
