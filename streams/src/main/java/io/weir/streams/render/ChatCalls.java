package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The function calls that one reader of chat.completions was told of, piece by piece. Their {@code index} counts calls, so it
 * is known only to who has seen the stream from its beginning; to others each call comes whole, at the end. One reader's
 * thread only.
 */
final class ChatCalls {
    private final List<Begun> begun = new ArrayList<>();
    private boolean fromTheStart;

    /** A call whose name was told. */
    private static final class Begun {
        private final int outputIndex;
        private final ByteBuf id;
        private boolean said;

        Begun(int outputIndex, ByteBuf id) {
            this.outputIndex = outputIndex;
            this.id = id;
        }
    }

    /** The reader sees the stream from its beginning. */
    void fromTheStart() {
        fromTheStart = true;
    }

    /** {@code "tool_calls":[…]} with the id and name of the call that an added item is; null if it is none. */
    @Nullable
    ByteBuf begin(Run.Event added) {
        var event = new JsonSlices("output_index", "item");
        event.scan(added.json());
        var item = new JsonSlices("type", "call_id", "name");
        item.scan(event.raw(1));
        if (!fromTheStart || !item.is(0, "function_call")) {
            return null;
        }
        ByteBuf out = Unpooled.buffer(128);
        JsonText.raw("\"tool_calls\":[", out);
        new ChatOutput.Call(item.text(1), item.text(2), Unpooled.EMPTY_BUFFER).write(begun.size(), out);
        begun.add(new Begun((int) event.number(0, -1), Unpooled.copiedBuffer(item.text(1))));
        return out.writeByte(']');
    }

    /** {@code "tool_calls":[…]} with a piece of a call's arguments; null if its name was not told. */
    @Nullable
    ByteBuf piece(Deltas deltas) {
        int output = deltas.place().outputIndex();
        for (int i = begun.size() - 1; i >= 0; i--) {
            if (begun.get(i).outputIndex == output) {
                begun.get(i).said = true;
                ByteBuf out = Unpooled.buffer(64 + deltas.text().readableBytes());
                JsonText.raw("\"tool_calls\":[", out);
                arguments(i, deltas.text(), out);
                return out.writeByte(']');
            }
        }
        return null;
    }

    /** {@code "tool_calls":[…]} with what is still to be told of the calls of a whole answer; null if that is nothing. */
    @Nullable
    ByteBuf rest(List<ChatOutput.Call> calls) {
        ByteBuf out = Unpooled.buffer();
        int next = begun.size();
        for (ChatOutput.Call call : calls) {
            int index = index(call.id());
            boolean known = index >= 0;
            if (known && (begun.get(index).said || !call.arguments().isReadable())) {
                continue;
            }
            JsonText.raw(out.isReadable() ? "," : "\"tool_calls\":[", out);
            if (known) {
                arguments(index, call.arguments(), out);
            } else {
                call.write(next++, out);
            }
        }
        return out.isReadable() ? out.writeByte(']') : null;
    }

    private int index(ByteBuf id) {
        for (int i = 0; i < begun.size(); i++) {
            if (begun.get(i).id.equals(id)) {
                return i;
            }
        }
        return -1;
    }

    private static void arguments(int index, ByteBuf escaped, ByteBuf out) {
        JsonText.raw("{\"index\":", out);
        JsonText.number(index, out);
        JsonText.raw(",\"function\":{\"arguments\":\"", out);
        JsonText.copy(escaped, out);
        JsonText.raw("\"}}", out);
    }
}
