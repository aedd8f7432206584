package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Deltas.Place;
import org.jspecify.annotations.Nullable;

/**
 * Builds the canonical events that are no deltas: what an agent left out, or what we say ourselves. Texts come and go as
 * escaped slices. Results are one line of UTF-8 on GC-managed memory, ready for a {@link Run}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ResponseJson {
    /**
     * The events of one stream; {@code created_at} is the stream id's own time.
     *
     * @param model shown as {@code response.model}
     */
    public ResponseJson(StreamId stream, String model) {
        throw new UnsupportedOperationException(stream + model);
    }

    /** {@code response.created}. */
    public Run.Event created(long offset, long atMillis) {
        throw new UnsupportedOperationException("" + offset + atMillis);
    }

    /** {@code response.in_progress}. */
    public Run.Event inProgress(long offset, long atMillis) {
        throw new UnsupportedOperationException("" + offset + atMillis);
    }

    /** {@code response.output_item.added}: an assistant's message begins. */
    public Run.Event itemAdded(long offset, Place place, long atMillis) {
        throw new UnsupportedOperationException("" + offset + place + atMillis);
    }

    /** {@code response.content_part.added}: an empty text part. */
    public Run.Event partAdded(long offset, Place place, long atMillis) {
        throw new UnsupportedOperationException("" + offset + place + atMillis);
    }

    /** {@code response.output_text.done}. */
    public Run.Event textDone(long offset, Place place, ByteBuf text, long atMillis) {
        throw new UnsupportedOperationException("" + offset + place + text + atMillis);
    }

    /** {@code response.content_part.done}. */
    public Run.Event partDone(long offset, Place place, ByteBuf text, long atMillis) {
        throw new UnsupportedOperationException("" + offset + place + text + atMillis);
    }

    /** {@code response.output_item.done}: the message with its one text part. */
    public Run.Event itemDone(long offset, Place place, ByteBuf text, long atMillis) {
        throw new UnsupportedOperationException("" + offset + place + text + atMillis);
    }

    /** {@code response.output} of an answer that is one message with one text part; {@code []} if the text is empty. */
    public static ByteBuf output(Place place, ByteBuf text, EndReason reason) {
        throw new UnsupportedOperationException("" + place + text + reason);
    }

    /**
     * The terminal, with the whole response.
     *
     * @param output {@code response.output}: the agent's own array, or {@link #output(Place, ByteBuf, EndReason)}
     * @param message for failed streams what to tell the caller; null for the usual text of the reason
     */
    public Run.Terminal terminal(
            long offset,
            EndReason reason,
            Totals totals,
            UsageSource source,
            ByteBuf output,
            @Nullable String message,
            long atMillis) {
        throw new UnsupportedOperationException("" + offset + reason + totals + source + output + message + atMillis);
    }

    /**
     * An agent's own event as ours: {@code sequence_number} is the offset, {@code response.id} the stream's, one line; the rest
     * as it stands.
     *
     * @throws io.weir.streams.sse.StreamFormatException if the JSON is no object
     */
    public Run.Event passthrough(long offset, String type, ByteBuf json, long atMillis) {
        throw new UnsupportedOperationException("" + offset + type + json + atMillis);
    }

    /** {@code weir.usage}: running totals, what they cost, and what is left; credits in micro-credits. */
    public static ByteBuf usage(Totals totals, long costMicro, long availableMicro) {
        throw new UnsupportedOperationException("" + totals + costMicro + availableMicro);
    }

    /** {@code weir.truncated}: the log ends at {@code to}; what was shown beyond it does not count. */
    public static ByteBuf truncated(long to) {
        throw new UnsupportedOperationException("" + to);
    }
}
