package io.weir.edge.fake;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A POST that is sent byte by byte, as the test says. */
public final class RawCall implements AutoCloseable {
    private static final int WAIT_MILLIS = 10_000;

    private final Socket socket;

    /** Sends the head. */
    public RawCall(URI edge, String path, String token, int length) throws IOException {
        this.socket = new Socket(edge.getHost(), edge.getPort());
        socket.setSoTimeout(WAIT_MILLIS);
        send("POST " + path + " HTTP/1.1\r\nHost: " + edge.getAuthority() + "\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n");
    }

    /** Sends a part of the body. */
    public void send(String part) throws IOException {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything that comes until the other side closes the connection. */
    public String untilClosed() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
