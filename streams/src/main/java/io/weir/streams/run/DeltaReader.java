package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.json.JsonSlices.Outcome;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.sse.StreamFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code response.*.delta} events, ours or an agent's, without an allocation but the text slice: the place is the
 * same object as long as it stays the same. Made once a stream; what the accessors give is that of the last
 * {@link #read}. Single-threaded.
 */
public final class DeltaReader {
    private static final int DELTA = 0;
    private static final int ITEM_ID = 1;
    private static final int OUTPUT_INDEX = 2;
    private static final int CONTENT_INDEX = 3;
    private static final int SUMMARY_INDEX = 4;
    private static final int FROM = 5;
    private static final int SINCE_START = 6;
    private static final int SNAPSHOT = 7;

    private final JsonSlices slices = new JsonSlices(
            "delta", "item_id", "output_index", "content_index", "summary_index", "from", "t", "snapshot");
    private @Nullable Place place;

    /**
     * Reads one event.
     *
     * @return false if it has no text with a place; it is then an event like any other
     * @throws StreamFormatException if it is no JSON object
     */
    public boolean read(ByteBuf json) {
        if (slices.scan(json) != Outcome.OBJECT) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "a delta is no JSON object");
        }
        if (slices.kind(DELTA) != Kind.STRING || slices.kind(ITEM_ID) != Kind.STRING) {
            return false;
        }
        long output = slices.number(OUTPUT_INDEX, -1);
        long part = slices.number(CONTENT_INDEX, slices.number(SUMMARY_INDEX, -1));
        if (output < 0 || output > Integer.MAX_VALUE || part > Integer.MAX_VALUE) {
            return false;
        }
        locate((int) output, (int) part);
        return true;
    }

    /** The escaped text, a slice of the event. */
    public ByteBuf text() {
        return slices.text(DELTA);
    }

    /** Where the text belongs. */
    public Place place() {
        if (place == null) {
            throw new IllegalStateException("nothing read");
        }
        return place;
    }

    /** First offset of a merged delta, {@code offset} otherwise. */
    long from(long offset) {
        return slices.number(FROM, offset);
    }

    /** Milliseconds since the stream's start, 0 if not said. */
    long atMillis() {
        return slices.number(SINCE_START, 0);
    }

    /** True if the text replaces what came before. */
    boolean isSnapshot() {
        return slices.kind(SNAPSHOT) == Kind.TRUE;
    }

    private void locate(int output, int part) {
        Place before = place;
        if (before == null
                || before.outputIndex() != output
                || before.partIndex() != part
                || !slices.is(ITEM_ID, before.itemId())) {
            place = new Place(JsonText.unescape(slices.text(ITEM_ID)), output, part);
        }
    }
}
