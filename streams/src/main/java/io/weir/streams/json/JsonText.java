package io.weir.streams.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Escaped string contents and numbers, between Java and UTF-8 JSON. Stateless. */
public final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** Writes ASCII as it stands. */
    public static void raw(String ascii, ByteBuf out) {
        ByteBufUtil.writeAscii(out, ascii);
    }

    /** Copies the readable bytes of {@code slice} without moving its reader index. */
    public static void copy(ByteBuf slice, ByteBuf out) {
        out.writeBytes(slice, slice.readerIndex(), slice.readableBytes());
    }

    /** Writes a number in decimal. */
    public static void number(long value, ByteBuf out) {
        if (value < 0 || value > 999_999_999L) {
            ByteBufUtil.writeAscii(out, Long.toString(value));
            return;
        }
        int rest = (int) value;
        int divisor = 1;
        while (rest / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.writeByte('0' + rest / divisor % 10);
        }
    }

    /** Writes a string with its quotes. */
    public static void quoted(String text, ByteBuf out) {
        out.writeByte('"');
        escape(text, out);
        out.writeByte('"');
    }

    /** Writes the content of a string, escaped, without quotes. A lone surrogate stays one, as an escape. */
    public static void escape(String text, ByteBuf out) {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c < 0x20 || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                ByteBufUtil.writeUtf8(out, text, from, i);
                escape(c, out);
                from = i + 1;
            }
        }
        ByteBufUtil.writeUtf8(out, text, from, text.length());
    }

    /** The content of a string, escaped, as a slice of its own. */
    public static ByteBuf escaped(String text) {
        ByteBuf out = Unpooled.buffer(text.length() + 8);
        escape(text, out);
        return out;
    }

    /** The string whose escaped content (without quotes) this is; the content is one that {@link JsonSlices} has checked. */
    public static String unescape(ByteBuf content) {
        int start = content.readerIndex();
        int end = content.writerIndex();
        int backslash = content.indexOf(start, end, (byte) '\\');
        if (backslash < 0) {
            return content.toString(StandardCharsets.UTF_8);
        }
        var text = new StringBuilder(content.readableBytes());
        int from = start;
        while (backslash >= 0 && backslash + 1 < end) {
            text.append(content.toString(from, backslash - from, StandardCharsets.UTF_8));
            byte kind = content.getByte(backslash + 1);
            if (kind == 'u' && backslash + 6 <= end) {
                text.append((char) Integer.parseInt(content.toString(backslash + 2, 4, StandardCharsets.US_ASCII), 16));
                from = backslash + 6;
            } else {
                text.append(plain(kind));
                from = backslash + 2;
            }
            backslash = from < end ? content.indexOf(from, end, (byte) '\\') : -1;
        }
        return text.append(content.toString(from, end - from, StandardCharsets.UTF_8))
                .toString();
    }

    private static void escape(char c, ByteBuf out) {
        switch (c) {
            case '"' -> ByteBufUtil.writeAscii(out, "\\\"");
            case '\\' -> ByteBufUtil.writeAscii(out, "\\\\");
            case '\n' -> ByteBufUtil.writeAscii(out, "\\n");
            case '\r' -> ByteBufUtil.writeAscii(out, "\\r");
            case '\t' -> ByteBufUtil.writeAscii(out, "\\t");
            default -> {
                ByteBufUtil.writeAscii(out, "\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.writeByte(HEX.charAt(c >> shift & 0xF));
                }
            }
        }
    }

    private static char plain(byte kind) {
        return switch (kind) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> (char) kind;
        };
    }
}
