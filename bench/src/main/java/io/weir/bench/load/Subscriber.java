package io.weir.bench.load;

import io.weir.bench.wire.Framing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One subscriber's socket. Keeps nothing but what is not yet a whole frame. On the loop's thread only. */
final class Subscriber {
    enum State {
        CONNECTING,
        UPGRADING,
        JOINING,
        READY,
        CLOSED
    }

    final int number;
    int topic;
    final SocketChannel channel;
    final Framing framing;
    State state = State.CONNECTING;
    long requestedNanos;
    Receipts receipts = new Receipts();
    /** When the last message of the measured part came; 0 before the first. */
    long lastNanos;

    private @Nullable ByteBuffer unread;
    private @Nullable ByteBuffer unsent;

    Subscriber(int number, int topic, SocketChannel channel, Framing framing) {
        this.number = number;
        this.topic = topic;
        this.channel = channel;
        this.framing = framing;
    }

    /** Puts what was left of the last read before what comes now. */
    void restore(ByteBuffer buffer) {
        buffer.clear();
        if (unread != null) {
            buffer.put(unread);
            unread = null;
        }
    }

    /** Keeps what is left. */
    void keep(ByteBuffer buffer) {
        if (buffer.hasRemaining()) {
            unread = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
        }
    }

    /** Sends now, or what is left when the socket can take it. */
    void send(ByteBuffer bytes, SelectionKey key) throws IOException {
        if (unsent == null) {
            channel.write(bytes);
        }
        if (bytes.hasRemaining()) {
            ByteBuffer before = unsent;
            int length = bytes.remaining() + (before == null ? 0 : before.remaining());
            ByteBuffer all = ByteBuffer.allocate(length);
            if (before != null) {
                all.put(before);
            }
            unsent = all.put(bytes).flip();
            key.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    /** The socket can take more. */
    void writable(SelectionKey key) throws IOException {
        ByteBuffer bytes = unsent;
        if (bytes != null) {
            channel.write(bytes);
            if (bytes.hasRemaining()) {
                return;
            }
            unsent = null;
        }
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
    }
}
