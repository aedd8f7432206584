package io.weir.streams.append;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/**
 * Puts frames into messages: as many as fit into {@link #MAX_BYTES} one behind the other for a peer that takes
 * {@linkplain AppendFeature#BATCHES batches}, one for any other. A frame that is longer has a message of its own. Messages
 * keep the frames' order. One thread at a time.
 */
public final class FrameBatch {
    /** Beyond this a message takes no further frame. */
    public static final int MAX_BYTES = 1 << 16;

    private static final int INITIAL_BYTES = 256;

    private final AppendCodec codec;
    private final boolean batches;
    private final Consumer<ByteBuf> messages;
    private ByteBuf message = Unpooled.EMPTY_BUFFER; // made with its first frame

    /**
     * A batch that has nothing yet.
     *
     * @param batches whether the peer takes messages of several frames
     * @param messages takes each message, and owns it
     */
    public FrameBatch(AppendCodec codec, boolean batches, Consumer<ByteBuf> messages) {
        this.codec = codec;
        this.batches = batches;
        this.messages = messages;
    }

    /**
     * Adds a frame.
     *
     * @throws AppendFormatException if it is longer than the codec's bound; it is left out then, and nothing else is
     */
    public void add(AppendFrame frame) {
        if (!message.isReadable()) {
            message = Unpooled.buffer(INITIAL_BYTES);
        }
        int before = message.readableBytes();
        codec.encode(frame, message);
        if (before > 0 && (!batches || message.readableBytes() > MAX_BYTES)) {
            ByteBuf rest = Unpooled.buffer(Math.max(INITIAL_BYTES, message.readableBytes() - before));
            rest.writeBytes(message, before, message.readableBytes() - before);
            message.writerIndex(before);
            end();
            message = rest;
        }
    }

    /** Hands on what there is. */
    public void end() {
        if (message.isReadable()) {
            ByteBuf full = message;
            message = Unpooled.EMPTY_BUFFER;
            messages.accept(full);
        }
    }
}
