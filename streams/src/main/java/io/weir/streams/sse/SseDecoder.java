package io.weir.streams.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ByteProcessor;
import io.weir.streams.sse.StreamFormatException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes an event stream (WHATWG HTML §9.2): lines end with CR, LF or CRLF, one leading byte order mark is dropped, all of
 * it split anywhere. Bytes are not decoded to characters. Single-threaded.
 */
public final class SseDecoder implements BodyDecoder {
    private static final int MAX_KNOWN_TYPES = 64;

    /** Gets what was decoded, in order. */
    public interface Handler {
        /**
         * One event.
         *
         * @param type the {@code event:} field; null if the block had none. The same few strings again and again
         * @param id the last {@code id:} so far, which may be that of an earlier event; null if there is none
         * @param data the data lines, joined with LF; may be empty
         */
        void event(@Nullable String type, @Nullable ByteBuf id, ByteBuf data);

        /** A comment. */
        default void comment() {}
    }

    private final int maxBlockBytes;
    private final Handler handler;
    private final List<String> knownTypes = new ArrayList<>();
    /** The unfinished line, as far as it lies in chunks before the current one. */
    private @Nullable ByteBuf partLine;
    /** Bytes of the byte order mark seen so far; 3 once that question is settled. */
    private int mark;

    private boolean skipLineFeed;
    private @Nullable StreamFormatException failure;

    private @Nullable String type;
    private @Nullable ByteBuf id;
    private @Nullable ByteBuf data;
    private boolean dataIsOurs;

    /**
     * A decoder.
     *
     * @param maxBlockBytes how much of an unfinished block is kept
     */
    public SseDecoder(int maxBlockBytes, Handler handler) {
        this.maxBlockBytes = maxBlockBytes;
        this.handler = handler;
    }

    /**
     * Decodes a chunk; its reader index stays. Ids and data are slices of it where they lie in one chunk, so it must be on
     * memory that the garbage collector owns and nobody writes to again (what Vert.x hands out is).
     *
     * @throws StreamFormatException if an unfinished block outgrows the bound; from then on every call throws
     */
    @Override
    public void feed(ByteBuf chunk) {
        if (failure != null) {
            throw failure;
        }
        int at = mark < 3 ? skipMark(chunk) : chunk.readerIndex();
        int end = chunk.writerIndex();
        while (at < end) {
            if (skipLineFeed) {
                skipLineFeed = false;
                if (chunk.getByte(at) == '\n') {
                    at++;
                    continue;
                }
            }
            int lineEnd = chunk.forEachByte(at, end - at, ByteProcessor.FIND_CRLF);
            if (lineEnd < 0) {
                keep(chunk, at, end);
                return;
            }
            skipLineFeed = chunk.getByte(lineEnd) == '\r';
            line(chunk, at, lineEnd);
            at = lineEnd + 1;
        }
    }

    /** The connection has ended; an unfinished block is discarded. The decoder can then start with another stream. */
    @Override
    public void end() {
        partLine = null;
        mark = 0;
        skipLineFeed = false;
        failure = null;
        id = null;
        clearBlock();
    }

    /** Position behind what of the chunk belongs to a leading byte order mark. */
    private int skipMark(ByteBuf chunk) {
        int at = chunk.readerIndex();
        while (mark < 3 && at < chunk.writerIndex()) {
            if (chunk.getByte(at) != markByte(mark)) {
                keepFalseMark();
                mark = 3;
                return at;
            }
            mark++;
            at++;
        }
        return at;
    }

    private static byte markByte(int index) {
        return (byte) (index == 0 ? 0xEF : index == 1 ? 0xBB : 0xBF);
    }

    /** What looked like the beginning of a mark is part of the first line. */
    private void keepFalseMark() {
        if (mark > 0) {
            ByteBuf line = Unpooled.buffer(64);
            for (int i = 0; i < mark; i++) {
                line.writeByte(markByte(i));
            }
            partLine = line;
        }
    }

    private void keep(ByteBuf chunk, int from, int to) {
        ByteBuf line = partLine;
        check((line == null ? 0 : line.readableBytes()) + to - from);
        if (line == null) {
            line = Unpooled.buffer(Math.max(64, 2 * (to - from)));
            partLine = line;
        }
        line.writeBytes(chunk, from, to - from);
    }

    private void line(ByteBuf chunk, int from, int to) {
        ByteBuf line = partLine;
        if (line == null) {
            field(chunk, from, to);
            return;
        }
        keep(chunk, from, to);
        partLine = null;
        field(line, line.readerIndex(), line.writerIndex());
    }

    private void field(ByteBuf line, int from, int to) {
        if (from == to) {
            dispatch();
            return;
        }
        int colon = line.indexOf(from, to, (byte) ':');
        if (colon == from) {
            handler.comment();
            return;
        }
        int nameEnd = colon < 0 ? to : colon;
        int value = colon < 0 ? to : colon + 1;
        if (value < to && line.getByte(value) == ' ') {
            value++;
        }
        if (is("data", line, from, nameEnd)) {
            data(line, value, to);
        } else if (is("id", line, from, nameEnd)) {
            id(line, value, to);
        } else if (is("event", line, from, nameEnd)) {
            check(to - value);
            type = type(line, value, to);
        }
    }

    private void data(ByteBuf line, int from, int to) {
        check(to - from);
        ByteBuf before = data;
        if (before == null) {
            data = line.slice(from, to - from);
            return;
        }
        ByteBuf joined = before;
        if (!dataIsOurs) {
            joined = Unpooled.buffer(2 * (before.readableBytes() + 1 + to - from));
            joined.writeBytes(before, before.readerIndex(), before.readableBytes());
            data = joined;
            dataIsOurs = true;
        }
        joined.writeByte('\n').writeBytes(line, from, to - from);
    }

    private void id(ByteBuf line, int from, int to) {
        check(to - from);
        if (line.indexOf(from, to, (byte) 0) < 0) {
            id = from == to ? null : line.slice(from, to - from);
        }
    }

    private void dispatch() {
        ByteBuf complete = data;
        String name = type;
        clearBlock();
        if (complete != null) {
            handler.event(name, id, complete);
        }
    }

    private void clearBlock() {
        type = null;
        data = null;
        dataIsOurs = false;
    }

    /** The type as a string that is made once. An empty one counts as none. */
    private @Nullable String type(ByteBuf line, int from, int to) {
        if (from == to) {
            return null;
        }
        for (int i = 0; i < knownTypes.size(); i++) {
            String known = knownTypes.get(i);
            if (is(known, line, from, to)) {
                return known;
            }
        }
        String made = line.toString(from, to - from, StandardCharsets.UTF_8);
        if (knownTypes.size() < MAX_KNOWN_TYPES && made.length() == to - from) {
            knownTypes.add(made);
        }
        return made;
    }

    private static boolean is(String ascii, ByteBuf line, int from, int to) {
        if (to - from != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (line.getByte(from + i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void check(long more) {
        ByteBuf kept = data;
        if (more + (kept == null ? 0 : kept.readableBytes()) > maxBlockBytes) {
            failure = new StreamFormatException(
                    Kind.BLOCK_TOO_LARGE, "an unfinished event is longer than " + maxBlockBytes + " bytes");
            end(failure);
            throw failure;
        }
    }

    private void end(StreamFormatException cause) {
        end();
        failure = cause;
    }
}
