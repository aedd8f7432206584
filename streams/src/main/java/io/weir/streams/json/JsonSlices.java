package io.weir.streams.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Finds members of a JSON object without building a tree: one pass that checks the whole text (grammar, escapes, UTF-8,
 * depth) and remembers where the wanted members are. An instance is made once and used for many texts; nested objects are
 * read by scanning {@link #raw} with another instance. A member that occurs twice counts the second time. Single-threaded.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class JsonSlices {
    /** What a scan found. */
    public enum Outcome {
        /** A sound JSON object. */
        OBJECT,
        /** Sound JSON, but no object. */
        OTHER,
        /** No JSON. */
        MALFORMED
    }

    /** What a wanted member is. */
    public enum Kind {
        ABSENT,
        STRING,
        NUMBER,
        OBJECT,
        ARRAY,
        TRUE,
        FALSE,
        NULL
    }

    /** A scanner for top-level members of these names; they are then referred to by their index. */
    public JsonSlices(String... names) {
        throw new UnsupportedOperationException(String.join(" ", names));
    }

    /** Scans the readable bytes; the reader index stays. Forgets what the last scan found. */
    public Outcome scan(ByteBuf json) {
        throw new UnsupportedOperationException(json.toString());
    }

    /** What the member is. */
    public Kind kind(int name) {
        throw new UnsupportedOperationException("" + name);
    }

    /** The member's value as it stands, strings with their quotes; empty if absent. */
    public ByteBuf raw(int name) {
        return Unpooled.EMPTY_BUFFER.slice(0, name);
    }

    /** The escaped content of a string without its quotes; empty if it is no string. */
    public ByteBuf text(int name) {
        return Unpooled.EMPTY_BUFFER.slice(0, name);
    }

    /** The unescaped string, or {@code otherwise} if it is none. */
    public String string(int name, String otherwise) {
        return otherwise + name;
    }

    /** The integer, or {@code otherwise} if it is none that fits. */
    public long number(int name, long otherwise) {
        return otherwise + name;
    }
}
