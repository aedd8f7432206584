package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.upstream.AgentEnd;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.life.TerminalBody;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The terminal event of one stream. Its output is what the agent gave with its own end; where the stream ends for another
 * reason it is put together from what was shown: complete items as they stood, text without an end as an item of its own.
 */
final class TerminalWriter implements TerminalBody {
    private static final int ITEM = 0;
    private static final int OUTPUT_INDEX = 1;
    private static final int EMPTY_ARRAY = 2;

    private final ResponseJson canonical;
    private final JsonSlices itemDone = new JsonSlices("item", "output_index");
    private AgentEnd.@Nullable Said said; // until the agent ends its answer
    private @Nullable String message; // null for the usual text

    TerminalWriter(ResponseJson canonical) {
        this.canonical = canonical;
    }

    /** The agent has ended its answer. */
    void said(AgentEnd.Said end) {
        said = end;
        message = end.message().orElse(null);
    }

    /** What to tell the caller of a failure. */
    void message(String text) {
        message = text;
    }

    @Override
    public ByteBuf write(long offset, EndReason reason, Totals totals, UsageSource source, List<Run> runs) {
        AgentEnd.Said own = said;
        boolean asSaid = own != null && own.reason() == reason;
        ByteBuf output = asSaid && own != null
                ? own.output().filter(o -> o.readableBytes() > EMPTY_ARRAY).orElseGet(() -> output(reason, runs))
                : output(reason, runs);
        return canonical
                .terminal(offset, reason, totals, source, output, message, 0)
                .json();
    }

    private ByteBuf output(EndReason reason, List<Run> runs) {
        Map<Integer, ByteBuf> items = new TreeMap<>();
        Map<Integer, List<Deltas>> texts = new TreeMap<>();
        for (Run run : runs) {
            switch (run) {
                case Deltas deltas
                when deltas.isText() ->
                    texts.computeIfAbsent(deltas.place().outputIndex(), _ -> new ArrayList<>())
                            .add(deltas);
                case Run.Event event
                when event.type().equals(EventTypes.ITEM_DONE) -> {
                    itemDone.scan(event.json());
                    items.put(Math.clamp(itemDone.number(OUTPUT_INDEX, 0), 0, Integer.MAX_VALUE), itemDone.raw(ITEM));
                }
                case Deltas _, Run.Event _, Run.Terminal _ -> {}
            }
        }
        texts.forEach((index, deltas) -> items.computeIfAbsent(index, _ -> unfinished(deltas, reason)));
        return array(items.values());
    }

    private static ByteBuf unfinished(List<Deltas> deltas, EndReason reason) {
        ByteBuf text = Unpooled.buffer();
        deltas.forEach(
                d -> text.writeBytes(d.text(), d.text().readerIndex(), d.text().readableBytes()));
        ByteBuf array = ResponseJson.output(deltas.getFirst().place(), text, reason);
        return array.slice(array.readerIndex() + 1, array.readableBytes() - 2);
    }

    private static ByteBuf array(Collection<ByteBuf> items) {
        ByteBuf array = Unpooled.buffer();
        array.writeByte('[');
        for (ByteBuf item : items) {
            if (array.readableBytes() > 1) {
                array.writeByte(',');
            }
            array.writeBytes(item, item.readerIndex(), item.readableBytes());
        }
        return array.writeByte(']');
    }
}
