package io.weir.edge.wire;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;

/**
 * Notices that the other side of an HTTP/2 connection is gone without a word, as a machine is that has lost its power: nothing
 * else would tell the streams on it, and new ones would be asked for there. The connection's loop.
 */
final class Pulse {
    private static final Buffer EIGHT_BYTES = Buffer.buffer("weir-hop");

    private final HttpConnection connection;
    private boolean asked;

    private Pulse(HttpConnection connection) {
        this.connection = connection;
    }

    /** Asks for a sign of life again and again; closes the connection when there was none since the last time. */
    static void watch(Vertx vertx, HttpConnection connection, Duration every) {
        var pulse = new Pulse(connection);
        long timer = vertx.setPeriodic(every.toMillis(), _ -> pulse.beat());
        connection.closeHandler(_ -> vertx.cancelTimer(timer));
    }

    private void beat() {
        if (asked) {
            connection.close();
            return;
        }
        asked = true;
        connection.ping(EIGHT_BYTES).onSuccess(_ -> asked = false);
    }
}
