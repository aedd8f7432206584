package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.Terminal;
import io.weir.contracts.stream.Totals;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Outcome;
import io.weir.streams.sse.SseDecoder;
import io.weir.streams.sse.StreamFormatException;
import io.weir.streams.sse.StreamFormatException.Kind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns canonical Responses SSE back into runs. A merged delta becomes a {@link Deltas} whose inner cuts are unknown: all
 * of its deltas but the last are empty, so it must not be cut. Token counts of deltas are not on this wire. A
 * {@code [DONE]} is ignored. Single-threaded.
 */
public final class CanonicalReader {
    /** Gets what was read, in order. */
    public interface Handler {
        /** The next run. */
        void run(Run run);

        /** All text up to {@code text.last()}; replaces what was read so far. */
        void snapshot(Deltas text);

        /** One of our own events, without an offset. */
        void weir(String type, ByteBuf json);

        /** A comment: the other side is alive. */
        default void comment() {}
    }

    /** A merged delta stands for at most so many; more is no stream of ours. */
    private static final long MAX_MERGED = 10_000_000L;

    private static final ByteBuf DONE =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("[DONE]", StandardCharsets.US_ASCII));

    private final Handler handler;
    private final SseDecoder decoder;
    private final DeltaReader deltas = new DeltaReader();
    private final JsonSlices types = new JsonSlices("type");

    /**
     * A reader.
     *
     * @param maxBlockBytes longest unfinished block
     */
    public CanonicalReader(int maxBlockBytes, Handler handler) {
        this.handler = handler;
        this.decoder = new SseDecoder(maxBlockBytes, new SseDecoder.Handler() {
            @Override
            public void event(@Nullable String type, @Nullable ByteBuf id, ByteBuf data) {
                CanonicalReader.this.event(type, id, data);
            }

            @Override
            public void comment() {
                handler.comment();
            }
        });
    }

    /**
     * Reads a chunk; see {@link SseDecoder#feed} for whose memory it is.
     *
     * @throws StreamFormatException if the bytes are no canonical stream
     */
    public void feed(ByteBuf chunk) {
        decoder.feed(chunk);
    }

    /** The connection has ended; an unfinished block is discarded. */
    public void end() {
        decoder.end();
    }

    private void event(@Nullable String named, @Nullable ByteBuf id, ByteBuf json) {
        if (json.equals(DONE)) {
            return;
        }
        String type = named == null ? type(json) : named;
        if (!EventTypes.isName(type)) {
            throw malformed("an impossible event type");
        }
        if (EventTypes.isWeir(type)) {
            checkObject(json);
            handler.weir(type, json);
        } else if (EventTypes.isDelta(type) && deltas.read(json)) {
            delta(type, offset(id));
        } else {
            other(type, offset(id), json);
        }
    }

    private void delta(String type, long offset) {
        long from = deltas.from(offset);
        if (from < 1 || from > offset || offset - from >= MAX_MERGED) {
            throw malformed("a merged delta with impossible offsets");
        }
        var run = Deltas.whole(from, offset, type, deltas.place(), deltas.text(), deltas.atMillis(), 0);
        if (deltas.isSnapshot()) {
            handler.snapshot(run);
        } else {
            handler.run(run);
        }
    }

    private void other(String type, long offset, ByteBuf json) {
        Terminal terminal = TerminalJson.ofType(type).orElse(null);
        if (terminal == null) {
            checkObject(json);
            handler.run(new Run.Event(offset, type, json, 0));
        } else {
            var said = TerminalJson.read(terminal, json);
            var totals = said.totals().orElse(Totals.ZERO);
            handler.run(new Run.Terminal(offset, said.reason(), totals, said.source(), json, 0));
        }
    }

    private String type(ByteBuf json) {
        checkObject(json);
        return types.string(0, "");
    }

    private void checkObject(ByteBuf json) {
        if (types.scan(json) != Outcome.OBJECT) {
            throw new StreamFormatException(Kind.MALFORMED_JSON, "an event is no JSON object");
        }
    }

    private static long offset(@Nullable ByteBuf id) {
        long offset = 0;
        int length = id == null ? 0 : id.readableBytes();
        for (int i = 0; id != null && i < length; i++) {
            int digit = id.getByte(id.readerIndex() + i) - '0';
            if (digit < 0 || digit > 9 || length > 18) {
                throw malformed("an id that is no offset");
            }
            offset = offset * 10 + digit;
        }
        if (offset < 1) {
            throw malformed("an event without an offset");
        }
        return offset;
    }

    private static StreamFormatException malformed(String message) {
        return new StreamFormatException(Kind.MALFORMED_EVENT, message);
    }
}
