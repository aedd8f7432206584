package io.weir.streams.json;

/**
 * One pass over bytes that must be JSON (RFC 8259): grammar, escapes, well-formed UTF-8, depth. Every step moves forward or
 * fails; nothing recurses.
 */
final class JsonScan {
    /** Deepest nesting that is taken. */
    static final int MAX_DEPTH = 128;

    private final long[] objects = new long[MAX_DEPTH / Long.SIZE];
    private byte[] bytes = {};
    private int at;
    private int end;
    /** Whether the string read last has a backslash. */
    private boolean escaped;

    void begin(byte[] text, int from, int to) {
        bytes = text;
        at = from;
        end = to;
    }

    void forget() {
        bytes = new byte[0];
        at = 0;
        end = 0;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at >= end;
    }

    boolean lastStringEscaped() {
        return escaped;
    }

    /** The byte at the position, −1 at the end. */
    int peek() {
        return at < end ? bytes[at] & 0xFF : -1;
    }

    void skipSpace() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }

    /** Takes the byte if it is there. */
    boolean take(char expected) {
        if (at < end && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    /** Skips one value, whatever it is. False if it is none. */
    boolean value() {
        int depth = 0;
        while (true) {
            skipSpace();
            int first = peek();
            if (first == '{' || first == '[') {
                if (depth == MAX_DEPTH) {
                    return false;
                }
                at++;
                mark(depth++, first == '{');
                skipSpace();
                if (!take(first == '{' ? '}' : ']')) {
                    if (first == '{' && !key()) {
                        return false;
                    }
                    continue;
                }
                depth--;
            } else if (!scalar(first)) {
                return false;
            }
            depth = closeContainers(depth);
            if (depth <= 0) {
                return depth == 0;
            }
        }
    }

    /** After a value: closes what ends here, or moves to the next value. The new depth, −1 if malformed. */
    private int closeContainers(int depth) {
        int open = depth;
        while (open > 0) {
            boolean object = marked(open - 1);
            skipSpace();
            if (take(',')) {
                skipSpace();
                return !object || key() ? open : -1;
            }
            if (!take(object ? '}' : ']')) {
                return -1;
            }
            open--;
        }
        return 0;
    }

    /** Skips {@code "name" :}. */
    private boolean key() {
        if (peek() != '"' || !string()) {
            return false;
        }
        skipSpace();
        return take(':');
    }

    private boolean scalar(int first) {
        return switch (first) {
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    /** Skips a string with its quotes. */
    boolean string() {
        if (!take('"')) {
            return false;
        }
        escaped = false;
        while (at < end) {
            int c = bytes[at];
            if (c == '"') {
                at++;
                return true;
            }
            if (c == '\\') {
                escaped = true;
                if (!escape()) {
                    return false;
                }
            } else if (c >= 0x20) {
                at++;
            } else if (c >= 0 || !multibyte()) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        if (at + 1 >= end) {
            return false;
        }
        switch (bytes[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                at += 2;
                return true;
            }
            case 'u' -> {
                if (at + 6 > end) {
                    return false;
                }
                for (int i = at + 2; i < at + 6; i++) {
                    if (Character.digit(bytes[i], 16) < 0) {
                        return false;
                    }
                }
                at += 6;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** Skips one well-formed UTF-8 sequence of two to four bytes (Unicode table 3-7). */
    private boolean multibyte() {
        int lead = bytes[at] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || at + length > end) {
            return false;
        }
        int second = bytes[at + 1] & 0xFF;
        int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return false;
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                return false;
            }
        }
        at += length;
        return true;
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!take(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int start = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > start;
    }

    private void mark(int depth, boolean object) {
        long bit = 1L << depth;
        if (object) {
            objects[depth / Long.SIZE] |= bit;
        } else {
            objects[depth / Long.SIZE] &= ~bit;
        }
    }

    private boolean marked(int depth) {
        return (objects[depth / Long.SIZE] & 1L << depth) != 0;
    }
}
