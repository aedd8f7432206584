package io.weir.streams.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds members of a JSON object without building a tree: one pass that checks the whole text (grammar, escapes, UTF-8,
 * depth ≤ 128) and remembers where the wanted members are. An instance is made once and used for many texts; nested objects
 * are read by scanning {@link #raw} with another instance. A member that occurs twice counts the second time.
 * Single-threaded.
 */
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

    private final JsonScan scan = new JsonScan();
    private final String[] names;
    private final byte[][] encoded;
    private final Kind[] kinds;
    private final int[] starts;
    private final int[] ends;
    private ByteBuf source = Unpooled.EMPTY_BUFFER;

    /** A scanner for top-level members of these names; they are then referred to by their index. */
    public JsonSlices(String... names) {
        this.names = names.clone();
        this.encoded = Arrays.stream(names)
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.kinds = new Kind[names.length];
        this.starts = new int[names.length];
        this.ends = new int[names.length];
        Arrays.fill(kinds, Kind.ABSENT);
    }

    /**
     * Scans the readable bytes; the reader index stays. Forgets what the last scan found; after any other outcome than
     * {@link Outcome#OBJECT} every member is absent.
     */
    public Outcome scan(ByteBuf json) {
        Arrays.fill(kinds, Kind.ABSENT);
        source = json;
        int length = json.readableBytes();
        byte[] bytes;
        int base;
        if (json.hasArray()) {
            bytes = json.array();
            base = json.arrayOffset() + json.readerIndex();
        } else {
            bytes = ByteBufUtil.getBytes(json);
            base = 0;
        }
        scan.begin(bytes, base, base + length);
        Outcome outcome = document(bytes, base - json.readerIndex());
        scan.forget();
        if (outcome != Outcome.OBJECT) {
            Arrays.fill(kinds, Kind.ABSENT);
            source = Unpooled.EMPTY_BUFFER;
        }
        return outcome;
    }

    /** What the member is. */
    public Kind kind(int name) {
        return kinds[name];
    }

    /** The member's value as it stands, strings with their quotes; empty if absent. */
    public ByteBuf raw(int name) {
        return kinds[name] == Kind.ABSENT ? Unpooled.EMPTY_BUFFER : source.slice(starts[name], length(name));
    }

    /** Index of the value's first byte in the scanned buffer. */
    public int start(int name) {
        return starts[name];
    }

    /** Index behind the value's last byte in the scanned buffer. */
    public int end(int name) {
        return ends[name];
    }

    /** The escaped content of a string without its quotes; empty if it is no string. */
    public ByteBuf text(int name) {
        return kinds[name] == Kind.STRING ? source.slice(starts[name] + 1, length(name) - 2) : Unpooled.EMPTY_BUFFER;
    }

    /** The unescaped string, or {@code otherwise} if it is none. */
    public String string(int name, String otherwise) {
        return kinds[name] == Kind.STRING ? JsonText.unescape(text(name)) : otherwise;
    }

    /** True if the member is a string whose escaped content is {@code ascii}. */
    public boolean is(int name, String ascii) {
        if (kinds[name] != Kind.STRING || length(name) - 2 != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (source.getByte(starts[name] + 1 + i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The integer, or {@code otherwise} if it is none that fits. */
    public long number(int name, long otherwise) {
        if (kinds[name] != Kind.NUMBER) {
            return otherwise;
        }
        int from = starts[name];
        boolean negative = source.getByte(from) == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < ends[name]; i++) {
            int digit = source.getByte(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return otherwise;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private int length(int name) {
        return ends[name] - starts[name];
    }

    private Outcome document(byte[] bytes, int shift) {
        scan.skipSpace();
        boolean object = scan.peek() == '{';
        boolean sound = object ? members(bytes, shift) : scan.value();
        scan.skipSpace();
        if (!sound || !scan.atEnd()) {
            return Outcome.MALFORMED;
        }
        return object ? Outcome.OBJECT : Outcome.OTHER;
    }

    private boolean members(byte[] bytes, int shift) {
        scan.take('{');
        scan.skipSpace();
        if (scan.take('}')) {
            return true;
        }
        do {
            scan.skipSpace();
            if (!member(bytes, shift)) {
                return false;
            }
            scan.skipSpace();
        } while (scan.take(','));
        return scan.take('}');
    }

    private boolean member(byte[] bytes, int shift) {
        int keyStart = scan.position() + 1;
        if (!scan.string()) {
            return false;
        }
        int name = wanted(bytes, keyStart, scan.position() - 1);
        scan.skipSpace();
        if (!scan.take(':')) {
            return false;
        }
        scan.skipSpace();
        int start = scan.position();
        int first = scan.peek();
        if (!scan.value()) {
            return false;
        }
        if (name >= 0) {
            kinds[name] = kind((char) first);
            starts[name] = start - shift;
            ends[name] = scan.position() - shift;
        }
        return true;
    }

    private int wanted(byte[] bytes, int from, int to) {
        if (scan.lastStringEscaped()) {
            return Arrays.asList(names).indexOf(JsonText.unescape(Unpooled.wrappedBuffer(bytes, from, to - from)));
        }
        for (int i = 0; i < encoded.length; i++) {
            if (Arrays.equals(encoded[i], 0, encoded[i].length, bytes, from, to)) {
                return i;
            }
        }
        return -1;
    }

    private static Kind kind(char first) {
        return switch (first) {
            case '"' -> Kind.STRING;
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case 't' -> Kind.TRUE;
            case 'f' -> Kind.FALSE;
            case 'n' -> Kind.NULL;
            default -> Kind.NUMBER;
        };
    }
}
