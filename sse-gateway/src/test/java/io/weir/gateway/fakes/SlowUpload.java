package io.weir.gateway.fakes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A chunked request body, written as the test wants it, over a socket that the test may cut. */
public final class SlowUpload {
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int PAUSE_MILLIS = 200;

    private final Socket socket;

    SlowUpload(URI gateway, String path, String type, String token) {
        try {
            socket = new Socket(gateway.getHost(), gateway.getPort());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            write(("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nContent-Type: " + type + "\r\nAuthorization: Bearer "
                            + token + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends more of the body. */
    public SlowUpload send(String more) {
        return send(more.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends more of the body. */
    public SlowUpload send(byte[] more) {
        if (more.length > 0) {
            try {
                write((Integer.toHexString(more.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                write(more);
                write("\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    /** Sends this again and again until the gateway takes no more: a producer that is never silent. */
    public void sendOften(String more) {
        Thread.ofVirtual().start(() -> {
            try {
                while (!socket.isClosed()) {
                    send(more);
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (UncheckedIOException | InterruptedException e) {
                // The gateway has closed the connection.
            }
        });
    }

    /** Ends the body. */
    public SlowUpload finish() {
        try {
            write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Cuts the connection in the middle. */
    public void cut() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the answer, and for the connection's end if the gateway says that it closes it. */
    public PostingAgent.Answer answer() {
        try (socket) {
            InputStream in = socket.getInputStream();
            String head = head(in);
            int length = Arrays.stream(head.split("\r\n"))
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                    .map(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(head));
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            if (head.toLowerCase(java.util.Locale.ROOT).contains("connection: close") && in.read() >= 0) {
                throw new AssertionError("more than an answer");
            }
            return PostingAgent.answer(Integer.parseInt(head.substring(9, 12)), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new AssertionError("no answer: " + head.toString(StandardCharsets.ISO_8859_1));
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }
}
