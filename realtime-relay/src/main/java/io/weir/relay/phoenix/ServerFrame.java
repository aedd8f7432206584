package io.weir.relay.phoenix;

import io.vertx.core.buffer.Buffer;
import io.weir.relay.delivery.Frame;

/** An encoded frame for a client. */
sealed interface ServerFrame extends Frame {
    /**
     * A text frame.
     *
     * @param text its content
     */
    record Text(String text) implements ServerFrame {
        @Override
        public int weight() {
            return text.length() + 64;
        }
    }

    /**
     * A binary frame; shared between sockets, so nobody writes to it.
     *
     * @param bytes its content
     */
    record Binary(Buffer bytes) implements ServerFrame {
        @Override
        public int weight() {
            return bytes.length() + 64;
        }
    }
}
