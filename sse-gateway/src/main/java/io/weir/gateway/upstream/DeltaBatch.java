package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.streams.run.Deltas.Place;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gathers consecutive deltas of one read, so that a stream makes one run of them. Copies each text once. */
final class DeltaBatch {
    private static final int INITIAL_BYTES = 256;

    private final AgentListener listener;
    private ByteBuf text = Unpooled.EMPTY_BUFFER;
    private int[] ends = new int[8];
    private int count;
    private String type = "";
    private @Nullable Place place;
    private ByteBuf itemId = Unpooled.EMPTY_BUFFER;

    DeltaBatch(AgentListener listener) {
        this.listener = listener;
    }

    /** Adds a delta; an empty one is nothing. */
    void add(String deltaType, ByteBuf item, long outputIndex, long partIndex, ByteBuf delta) {
        if (!delta.isReadable()) {
            return;
        }
        Place at = placeOf(item, index(outputIndex), index(partIndex));
        if (count > 0 && (!type.equals(deltaType) || !at.equals(place))) {
            flush();
        }
        type = deltaType;
        place = at;
        if (count == 0) {
            text = Unpooled.buffer(Math.max(INITIAL_BYTES, delta.readableBytes()));
        }
        text.writeBytes(delta, delta.readerIndex(), delta.readableBytes());
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = text.readableBytes();
    }

    /** Hands on what has been gathered. */
    void flush() {
        Place at = place;
        if (count > 0 && at != null) {
            int deltas = count;
            count = 0;
            listener.deltas(type, at, exact(text), Arrays.copyOf(ends, deltas));
        }
    }

    /** An index that no answer has becomes one that none will have; the stream goes on. */
    private static int index(long said) {
        return Math.clamp(said, -1, Integer.MAX_VALUE);
    }

    /** The same place object again and again: item ids repeat with every delta. */
    private Place placeOf(ByteBuf item, int outputIndex, int partIndex) {
        Place last = place;
        if (last != null
                && last.outputIndex() == outputIndex
                && last.partIndex() == partIndex
                && ByteBufUtil.equals(item, itemId)) {
            return last;
        }
        itemId = Unpooled.copiedBuffer(item);
        return new Place(item.toString(StandardCharsets.UTF_8), outputIndex, partIndex);
    }

    private static ByteBuf exact(ByteBuf grown) {
        byte[] bytes = new byte[grown.readableBytes()];
        grown.getBytes(grown.readerIndex(), bytes);
        return Unpooled.wrappedBuffer(bytes).asReadOnly();
    }
}
