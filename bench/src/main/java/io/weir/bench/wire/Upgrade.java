package io.weir.bench.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The HTTP exchange that opens a WebSocket. */
public final class Upgrade {
    private static final int TAIL = 4;

    private Upgrade() {}

    /** The request. */
    public static ByteBuffer request(String authority, String path, Map<String, String> headers) {
        var text = new StringBuilder("GET ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(authority);
        text.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
                .append("Sec-WebSocket-Key: d2VpciBiZW5jaCBjbGllbg==\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return ByteBuffer.wrap(text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Moves the position behind the response's head, if it is all there.
     *
     * @return whether it was
     * @throws RefusedException if the server did not switch protocols
     */
    public static boolean passed(ByteBuffer in) throws RefusedException {
        for (int at = in.position(); at <= in.limit() - TAIL; at++) {
            if (in.getInt(at) == 0x0D0A0D0A) {
                byte[] head = new byte[at - in.position()];
                in.get(head).position(at + TAIL);
                String status = new String(head, StandardCharsets.US_ASCII)
                        .lines()
                        .findFirst()
                        .orElse("");
                if (!status.startsWith("HTTP/1.1 101")) {
                    throw new RefusedException(status);
                }
                return true;
            }
        }
        return false;
    }

    /** The server answered something else than 101. */
    public static final class RefusedException extends java.io.IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String status) {
            super("upgrade refused: " + status);
        }
    }
}
