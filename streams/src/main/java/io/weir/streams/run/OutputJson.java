package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas.Place;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code response.output} from what a log has: finished items as the agent gave them, unfinished messages from their text. */
final class OutputJson {
    private final EndReason reason;
    private final SortedMap<Long, ByteBuf> finished = new TreeMap<>();
    private final SortedMap<Long, ByteBuf> texts = new TreeMap<>();
    private final SortedMap<Long, Place> places = new TreeMap<>();

    private OutputJson(EndReason reason) {
        this.reason = reason;
    }

    static ByteBuf of(List<Run> runs, EndReason reason) {
        var output = new OutputJson(reason);
        runs.forEach(output::add);
        return output.array();
    }

    private void add(Run run) {
        if (run instanceof Deltas deltas && deltas.type().equals(EventTypes.TEXT_DELTA)) {
            long index = deltas.place().outputIndex();
            // one text part a message: a second one is told only by the finished item
            if (places.computeIfAbsent(index, _ -> deltas.place()).equals(deltas.place())) {
                JsonText.copy(deltas.text(), texts.computeIfAbsent(index, _ -> Unpooled.buffer(256)));
            }
        } else if (run instanceof Run.Event event && event.type().equals(EventTypes.ITEM_DONE)) {
            var slices = new JsonSlices("output_index", "item");
            slices.scan(event.json());
            if (slices.kind(1) == Kind.OBJECT) {
                finished.put(slices.number(0, 0), slices.raw(1));
            }
        }
    }

    private ByteBuf array() {
        var items = new TreeMap<Long, ByteBuf>(finished);
        places.forEach((index, place) -> {
            ByteBuf text = texts.getOrDefault(index, Unpooled.EMPTY_BUFFER);
            if (text.isReadable() && !items.containsKey(index)) {
                ByteBuf item = Unpooled.buffer(text.readableBytes() + 192);
                ResponseJson.item(place, text, ResponseJson.itemStatus(reason), item);
                items.put(index, item);
            }
        });
        ByteBuf out = Unpooled.buffer(512).writeByte('[');
        for (ByteBuf item : items.values()) {
            if (out.readableBytes() > 1) {
                out.writeByte(',');
            }
            JsonText.copy(item, out);
        }
        return out.writeByte(']');
    }
}
