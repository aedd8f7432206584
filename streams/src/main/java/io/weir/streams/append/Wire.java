package io.weir.streams.append;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.contracts.stream.Totals;
import java.nio.charset.StandardCharsets;

/** The field types of the append protocol. Reading throws what {@link AppendCodec#decode} turns into its own exception. */
final class Wire {
    private Wire() {}

    static void number(long value, ByteBuf out) {
        if (value < 0) {
            throw new IllegalArgumentException("negative number");
        }
        long rest = value;
        while (rest > 0x7F) {
            out.writeByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    static long number(ByteBuf in) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = in.readByte();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new AppendFormatException("a number is too long");
    }

    static int small(ByteBuf in) {
        return Math.toIntExact(number(in));
    }

    /** A number of things of which each takes at least one of the bytes that are still there. */
    static int length(ByteBuf in) {
        long length = number(in);
        if (length > in.readableBytes()) {
            throw new AppendFormatException("a length beyond the frame");
        }
        return (int) length;
    }

    static void string(String value, ByteBuf out) {
        number(ByteBufUtil.utf8Bytes(value), out);
        ByteBufUtil.writeUtf8(out, value);
    }

    static String string(ByteBuf in) {
        return in.readCharSequence(length(in), StandardCharsets.UTF_8).toString();
    }

    static void bytes(ByteBuf value, ByteBuf out) {
        number(value.readableBytes(), out);
        out.writeBytes(value, value.readerIndex(), value.readableBytes());
    }

    static ByteBuf bytes(ByteBuf in) {
        return in.readSlice(length(in));
    }

    static void totals(Totals totals, ByteBuf out) {
        number(totals.input(), out);
        number(totals.cached(), out);
        number(totals.cacheWrite(), out);
        number(totals.output(), out);
        number(totals.reasoning(), out);
    }

    static Totals totals(ByteBuf in) {
        return new Totals(number(in), number(in), number(in), number(in), number(in));
    }
}
