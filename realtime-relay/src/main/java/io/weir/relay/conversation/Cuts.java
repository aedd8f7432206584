package io.weir.relay.conversation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * How much text each offset of an answer brought, from 1 to the one before the terminal; an offset that was no text has
 * none. Text is measured in UTF-16 units of the plain text as it is stored, since the same text may be escaped in more than
 * one way. Kept as numbers of 7 bits a byte, lowest first: the offset up to which nobody knows, then one length for each
 * offset.
 */
public final class Cuts {
    private static final int MORE = 0x80;
    private static final int LONGEST_NUMBER = 63;

    private final byte[] code;

    private Cuts(byte[] code) {
        this.code = code;
    }

    /** Cuts as they were kept. */
    static Cuts ofBytes(byte[] code) {
        return new Cuts(code.clone());
    }

    /** What is kept. */
    byte[] bytes() {
        return code.clone();
    }

    /**
     * Measures a log.
     *
     * @param runs everything in it
     * @param compacted last offset of its compacted beginning, 0 if there is none
     * @param content the text of its message, as it is stored
     * @return empty if they do not fit each other
     */
    static Optional<Cuts> of(List<Run> runs, long compacted, String content) {
        var out = new ByteArrayOutputStream();
        number(compacted, out);
        long units = 0;
        for (Run run : runs) {
            switch (run) {
                case Deltas deltas -> units += lengths(deltas, out);
                case Run.Event _ -> out.write(0);
                case Run.Terminal _ -> {
                    // Its own offset is kept beside.
                }
            }
        }
        return units == content.length() ? Optional.of(new Cuts(out.toByteArray())) : Optional.empty();
    }

    private static long lengths(Deltas deltas, ByteArrayOutputStream out) {
        ByteBuf text = deltas.text();
        int at = text.readerIndex();
        long all = 0;
        for (int i = 0; i < deltas.count(); i++) {
            int end = text.readerIndex() + deltas.end(i);
            long units = 0;
            while (deltas.isText() && at < end) {
                units += units(text, at);
                at += width(text, at);
            }
            number(units, out);
            all += units;
        }
        return all;
    }

    /** Last offset below which nobody knows what an offset brought; 0 if all is known. */
    public long unknownUntil() {
        return read(Unpooled.wrappedBuffer(code));
    }

    /**
     * The ends of the offsets 1 to {@code to} in the escaped text, for {@link Deltas#of}.
     *
     * @return empty if these are not the cuts of this text
     */
    public Optional<int[]> ends(ByteBuf escaped, long to) {
        ByteBuf in = Unpooled.wrappedBuffer(code);
        read(in);
        if (to < 1 || to > in.readableBytes()) {
            return Optional.empty();
        }
        int[] ends = new int[Math.toIntExact(to)];
        int start = escaped.readerIndex();
        int at = start;
        long units = 0;
        long cut = 0;
        for (int i = 0; i < ends.length; i++) {
            cut += read(in);
            while (units < cut && at < escaped.writerIndex()) {
                units += units(escaped, at);
                at += width(escaped, at);
            }
            ends[i] = at - start;
        }
        return units == cut && at == escaped.writerIndex() && !in.isReadable() ? Optional.of(ends) : Optional.empty();
    }

    /** Bytes of the character or escape at {@code at}. */
    private static int width(ByteBuf text, int at) {
        int first = text.getUnsignedByte(at);
        if (first == '\\') {
            return at + 1 < text.writerIndex() && text.getByte(at + 1) == 'u' ? 6 : 2;
        }
        if (first < 0xc0) {
            return 1;
        }
        return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }

    /** Its UTF-16 units; none for NUL, which is not stored. */
    private static int units(ByteBuf text, int at) {
        int first = text.getUnsignedByte(at);
        if (first == '\\') {
            return isEscapedNul(text, at) ? 0 : 1;
        }
        return first >= 0xf0 ? 2 : first == 0 ? 0 : 1;
    }

    private static boolean isEscapedNul(ByteBuf text, int at) {
        if (at + 6 > text.writerIndex() || text.getByte(at + 1) != 'u') {
            return false;
        }
        for (int i = at + 2; i < at + 6; i++) {
            if (text.getByte(i) != '0') {
                return false;
            }
        }
        return true;
    }

    private static void number(long number, ByteArrayOutputStream out) {
        long rest = number;
        while (rest >= MORE) {
            out.write((int) (rest % MORE) | MORE);
            rest /= MORE;
        }
        out.write((int) rest);
    }

    private static long read(ByteBuf in) {
        long number = 0;
        for (int shift = 0; in.isReadable() && shift < LONGEST_NUMBER; shift += 7) {
            int next = in.readUnsignedByte();
            number |= (long) (next % MORE) << shift;
            if (next < MORE) {
                break;
            }
        }
        return number;
    }
}
