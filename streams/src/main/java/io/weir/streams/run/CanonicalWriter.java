package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.streams.json.JsonText;

/**
 * Writes runs as canonical Responses SSE: {@code id:} is the last offset, {@code event:} the type, {@code data:} one line.
 * Several deltas become one event with {@code from} (first offset), {@code n} (how many) and {@code t} (milliseconds from the
 * stream's start to the first). Log probabilities of deltas are not kept.
 */
public final class CanonicalWriter {
    private CanonicalWriter() {}

    /** Writes one run. */
    public static void write(Run run, ByteBuf out) {
        switch (run) {
            case Deltas deltas -> {
                head(deltas.last(), deltas.type(), out);
                json(run, out);
            }
            case Run.Event event -> {
                head(event.offset(), event.type(), out);
                json(run, out);
            }
            case Run.Terminal terminal -> {
                head(terminal.offset(), terminal.reason().terminal().eventType(), out);
                json(run, out);
            }
        }
        JsonText.raw("\n\n", out);
    }

    /** Writes all text up to {@code text.last()} as a snapshot that replaces what a reader has. */
    public static void snapshot(Deltas text, ByteBuf out) {
        head(text.last(), text.type(), out);
        snapshotJson(text, out);
        JsonText.raw("\n\n", out);
    }

    /** Writes one of our own events, which take no offset. */
    public static void weir(String type, ByteBuf json, ByteBuf out) {
        JsonText.raw("event: ", out);
        JsonText.raw(type, out);
        JsonText.raw("\ndata: ", out);
        JsonText.copy(json, out);
        JsonText.raw("\n\n", out);
    }

    /** Writes the JSON of one run without framing. */
    public static void json(Run run, ByteBuf out) {
        switch (run) {
            case Deltas deltas -> {
                delta(deltas, out);
                if (deltas.count() > 1) {
                    JsonText.raw(",\"from\":", out);
                    JsonText.number(deltas.first(), out);
                    JsonText.raw(",\"n\":", out);
                    JsonText.number(deltas.count(), out);
                    JsonText.raw(",\"t\":", out);
                    JsonText.number(deltas.atMillis(), out);
                }
                out.writeByte('}');
            }
            case Run.Event event -> JsonText.copy(event.json(), out);
            case Run.Terminal terminal -> JsonText.copy(terminal.json(), out);
        }
    }

    /** Writes the JSON of a snapshot without framing. */
    public static void snapshotJson(Deltas text, ByteBuf out) {
        delta(text, out);
        JsonText.raw(",\"from\":1,\"snapshot\":true}", out);
    }

    private static void head(long offset, String type, ByteBuf out) {
        JsonText.raw("id: ", out);
        JsonText.number(offset, out);
        JsonText.raw("\nevent: ", out);
        JsonText.raw(type, out);
        JsonText.raw("\ndata: ", out);
    }

    /** Everything but the closing brace. */
    private static void delta(Deltas deltas, ByteBuf out) {
        JsonText.raw("{\"type\":\"", out);
        JsonText.raw(deltas.type(), out);
        JsonText.raw("\",", out);
        place(deltas.place(), deltas.type(), out);
        JsonText.raw(",\"delta\":\"", out);
        JsonText.copy(deltas.text(), out);
        out.writeByte('"');
        if (deltas.type().equals(EventTypes.TEXT_DELTA)) {
            JsonText.raw(",\"logprobs\":[]", out);
        }
        JsonText.raw(",\"sequence_number\":", out);
        JsonText.number(deltas.last(), out);
    }

    /** {@code item_id}, {@code output_index} and the part's index under the name that the type gives it. */
    static void place(Deltas.Place place, String type, ByteBuf out) {
        JsonText.raw("\"item_id\":", out);
        JsonText.quoted(place.itemId(), out);
        JsonText.raw(",\"output_index\":", out);
        JsonText.number(place.outputIndex(), out);
        if (place.partIndex() >= 0) {
            boolean summary = type.startsWith("response.reasoning_summary");
            JsonText.raw(summary ? ",\"summary_index\":" : ",\"content_index\":", out);
            JsonText.number(place.partIndex(), out);
        }
    }
}
