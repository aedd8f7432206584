package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonElements;
import io.weir.streams.json.JsonPatch;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.json.JsonSlices.Outcome;
import io.weir.streams.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Output items with the members that typed OpenAI clients insist on and that agents leave out: {@code annotations} and
 * {@code logprobs} of text parts. What has them already, and what is no message, stays as it is.
 */
final class TypedItems {
    private TypedItems() {}

    /** A whole {@code output}. */
    static ByteBuf output(ByteBuf array) {
        return each(array, TypedItems::item);
    }

    /** One item. */
    static ByteBuf item(ByteBuf item) {
        var slices = new JsonSlices("type", "content");
        if (slices.scan(item) != Outcome.OBJECT || !slices.is(0, "message") || slices.kind(1) != Kind.ARRAY) {
            return item;
        }
        ByteBuf content = each(slices.raw(1), TypedItems::part);
        return new JsonPatch(item)
                .replace(slices.start(1), slices.end(1), content.toString(StandardCharsets.UTF_8))
                .apply();
    }

    /** One part of a message. */
    static ByteBuf part(ByteBuf part) {
        var slices = new JsonSlices("type", "annotations", "logprobs");
        if (slices.scan(part) != Outcome.OBJECT || !slices.is(0, "output_text")) {
            return part;
        }
        String added = missing(slices);
        return added.isEmpty()
                ? part
                : new JsonPatch(part).append(part.writerIndex(), added).apply();
    }

    /** What a text part lacks, as members without a leading comma. */
    private static String missing(JsonSlices part) {
        var added = new StringBuilder();
        if (part.kind(1) == Kind.ABSENT) {
            added.append("\"annotations\":[]");
        }
        if (part.kind(2) == Kind.ABSENT) {
            added.append(added.isEmpty() ? "" : ",").append("\"logprobs\":[]");
        }
        return added.toString();
    }

    private static ByteBuf each(ByteBuf array, UnaryOperator<ByteBuf> change) {
        List<ByteBuf> elements = JsonElements.of(array);
        if (elements.isEmpty()) {
            return array;
        }
        ByteBuf out = Unpooled.buffer(array.readableBytes() + 64).writeByte('[');
        for (ByteBuf element : elements) {
            if (out.readableBytes() > 1) {
                out.writeByte(',');
            }
            JsonText.copy(change.apply(element), out);
        }
        return out.writeByte(']');
    }
}
