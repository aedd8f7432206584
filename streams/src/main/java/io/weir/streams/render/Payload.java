package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas;

/** One JSON object being written, member by member. Names are ASCII that needs no escape. */
final class Payload {
    private final ByteBuf out;
    private boolean first = true;

    Payload(int expectedBytes) {
        out = Unpooled.buffer(expectedBytes);
        out.writeByte('{');
    }

    Payload string(String name, String value) {
        name(name);
        JsonText.quoted(value, out);
        return this;
    }

    Payload escaped(String name, ByteBuf escaped) {
        name(name);
        out.writeByte('"');
        JsonText.copy(escaped, out);
        out.writeByte('"');
        return this;
    }

    Payload number(String name, long value) {
        name(name);
        JsonText.number(value, out);
        return this;
    }

    Payload flag(String name, boolean value) {
        name(name);
        JsonText.raw(value ? "true" : "false", out);
        return this;
    }

    Payload object(String name, Payload value) {
        name(name);
        JsonText.copy(value.end(), out);
        return this;
    }

    /** What several deltas in one event say beside their offset. */
    Payload merged(Deltas deltas) {
        return deltas.count() > 1 ? number("from", deltas.first()).number("n", deltas.count()) : this;
    }

    /** What marks all text so far. */
    Payload snapshot() {
        return number("from", 1).flag("snapshot", true);
    }

    /** The finished object. */
    ByteBuf end() {
        return out.writeByte('}');
    }

    private void name(String name) {
        if (!first) {
            out.writeByte(',');
        }
        first = false;
        out.writeByte('"');
        JsonText.raw(name, out);
        JsonText.raw("\":", out);
    }
}
