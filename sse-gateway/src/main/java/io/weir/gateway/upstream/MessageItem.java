package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import java.nio.charset.StandardCharsets;

/**
 * An assistant's message with one text part, for dialects that send bare text: the item begins with the first words and is
 * closed with all of them.
 */
final class MessageItem {
    private final Place place;
    private final ByteBuf itemId;
    private final ResponseJson canonical;
    private final AgentListener listener;
    private final DeltaBatch deltas;
    private final ByteBuf text = Unpooled.buffer();
    private boolean begun;

    MessageItem(Place place, ResponseJson canonical, AgentListener listener, DeltaBatch deltas) {
        this.place = place;
        this.itemId = Unpooled.copiedBuffer(place.itemId(), StandardCharsets.UTF_8);
        this.canonical = canonical;
        this.listener = listener;
        this.deltas = deltas;
    }

    /** True once there were words. */
    boolean begun() {
        return begun;
    }

    /** The next words, escaped; none are nothing. */
    void say(String type, ByteBuf words) {
        if (!words.isReadable()) {
            return;
        }
        begin();
        text.writeBytes(words, words.readerIndex(), words.readableBytes());
        deltas.add(type, itemId, place.outputIndex(), place.partIndex(), words);
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        deltas.flush();
        listener.event(EventTypes.ITEM_ADDED, false, offset -> canonical
                .itemAdded(offset, place, 0)
                .json());
        listener.event(EventTypes.PART_ADDED, false, offset -> canonical
                .partAdded(offset, place, 0)
                .json());
    }

    /** There will be no more words. */
    void close() {
        if (!begun) {
            return;
        }
        deltas.flush();
        ByteBuf whole = text.asReadOnly();
        listener.event(EventTypes.TEXT_DONE, false, offset -> canonical
                .textDone(offset, place, whole, 0)
                .json());
        listener.event(EventTypes.PART_DONE, false, offset -> canonical
                .partDone(offset, place, whole, 0)
                .json());
        listener.event(EventTypes.ITEM_DONE, false, offset -> canonical
                .itemDone(offset, place, whole, 0)
                .json());
    }
}
