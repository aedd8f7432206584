package io.weir.streams.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.sse.StreamFormatException.Kind;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes newline-delimited JSON into events without type and id. Lines end with LF or CRLF; a blank line is a comment, and
 * the last line needs no end. Whether a line is JSON is the handler's business. Single-threaded.
 */
public final class NdjsonDecoder implements BodyDecoder {
    private static final Set<String> MEDIA_TYPES = Set.of(
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/x-jsonl",
            "application/jsonlines",
            "application/x-jsonlines");

    private final int maxLineBytes;
    private final SseDecoder.Handler handler;
    /** The unfinished line, as far as it lies in chunks before the current one. */
    private @Nullable ByteBuf partLine;

    /**
     * A decoder.
     *
     * @param maxLineBytes how much of an unfinished line is kept
     */
    public NdjsonDecoder(int maxLineBytes, SseDecoder.Handler handler) {
        this.maxLineBytes = maxLineBytes;
        this.handler = handler;
    }

    /** True if the value of {@code Content-Type} is one of the names that this format goes by. */
    public static boolean isContentType(String value) {
        int end = value.indexOf(';');
        return MEDIA_TYPES.contains(
                (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT));
    }

    @Override
    public void feed(ByteBuf chunk) {
        int at = chunk.readerIndex();
        int end = chunk.writerIndex();
        while (at < end) {
            int lineEnd = chunk.indexOf(at, end, (byte) '\n');
            if (lineEnd < 0) {
                keep(chunk, at, end);
                return;
            }
            ByteBuf before = partLine;
            if (before == null) {
                check(lineEnd - at);
                line(chunk, at, lineEnd);
            } else {
                keep(chunk, at, lineEnd);
                partLine = null;
                line(before, before.readerIndex(), before.writerIndex());
            }
            at = lineEnd + 1;
        }
    }

    @Override
    public void end() {
        ByteBuf last = partLine;
        partLine = null;
        if (last != null) {
            line(last, last.readerIndex(), last.writerIndex());
        }
    }

    private void keep(ByteBuf chunk, int from, int to) {
        ByteBuf line = partLine;
        check((line == null ? 0L : line.readableBytes()) + to - from);
        if (line == null) {
            line = Unpooled.buffer(Math.max(64, 2 * (to - from)));
            partLine = line;
        }
        line.writeBytes(chunk, from, to - from);
    }

    private void line(ByteBuf line, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(line.getByte(start))) {
            start++;
        }
        while (start < end && isBlank(line.getByte(end - 1))) {
            end--;
        }
        if (start == end) {
            handler.comment();
        } else {
            handler.event(null, null, line.slice(start, end - start));
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private void check(long lineBytes) {
        if (lineBytes > maxLineBytes) {
            partLine = null;
            throw new StreamFormatException(
                    Kind.BLOCK_TOO_LARGE, "an unfinished line is longer than " + maxLineBytes + " bytes");
        }
    }
}
