package io.weir.streams.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/**
 * Changes a few places of a JSON text that {@link JsonSlices} has checked, and puts it on one line; everything else is
 * copied as it stands. Positions are those of {@link JsonSlices#start} and {@link JsonSlices#end}.
 */
public final class JsonPatch {
    private final ByteBuf source;
    private final TreeMap<Integer, Change> changes = new TreeMap<>();

    private record Change(int end, String text) {}

    /** A patch of the readable bytes of {@code source}. */
    public JsonPatch(ByteBuf source) {
        this.source = source;
    }

    /** Puts {@code text} in place of the bytes from {@code start} to {@code end}; places must not overlap. */
    public JsonPatch replace(int start, int end, String text) {
        changes.put(start, new Change(end, text));
        return this;
    }

    /** Adds members at the end of the object that ends at {@code end}; {@code members} has no leading comma. */
    public JsonPatch append(int end, String members) {
        int brace = source.indexOf(end, source.readerIndex(), (byte) '}');
        int before = brace - 1;
        while (Character.isWhitespace(source.getByte(before))) {
            before--;
        }
        boolean empty = source.getByte(before) == '{';
        return replace(brace, brace, empty ? members : "," + members);
    }

    /** The patched text, on memory of its own. */
    public ByteBuf apply() {
        ByteBuf out = Unpooled.buffer(source.readableBytes() + 64);
        int at = source.readerIndex();
        for (var change : changes.entrySet()) {
            copy(at, change.getKey(), out);
            out.writeCharSequence(change.getValue().text(), StandardCharsets.UTF_8);
            at = change.getValue().end();
        }
        copy(at, source.writerIndex(), out);
        return out;
    }

    /** Line ends are white space in sound JSON: in strings they are escaped. */
    private void copy(int from, int to, ByteBuf out) {
        int start = out.writerIndex();
        out.writeBytes(source, from, to - from);
        for (int i = start; i < out.writerIndex(); i++) {
            if (out.getByte(i) == '\n' || out.getByte(i) == '\r') {
                out.setByte(i, ' ');
            }
        }
    }
}
