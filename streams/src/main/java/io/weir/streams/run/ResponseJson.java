package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Terminal;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.json.JsonPatch;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.json.JsonSlices.Outcome;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.sse.StreamFormatException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the canonical events that are no deltas: what an agent left out, or what we say ourselves. Texts come and go as
 * escaped slices. Results are one line of UTF-8 on GC-managed memory, ready for a {@link Run}. They carry every member that
 * typed OpenAI clients insist on ({@code logprobs}, {@code annotations}, …).
 */
public final class ResponseJson {
    private static final int SEQUENCE = 0;
    private static final int TYPE = 1;
    private static final int RESPONSE = 2;
    private static final int PART = 3;
    private static final int LOGPROBS = 4;
    private static final int ITEM = 5;

    private final StreamId stream;
    private final String model;

    /**
     * The events of one stream; {@code created_at} is the stream id's own time.
     *
     * @param model shown as {@code response.model}
     */
    public ResponseJson(StreamId stream, String model) {
        this.stream = stream;
        this.model = model;
    }

    /** Seconds since 1970 at which the id was made: the first 48 bits of a UUIDv7 are milliseconds. */
    public static long createdAt(StreamId stream) {
        return (stream.value().getMostSignificantBits() >>> 16) / 1000;
    }

    /** {@code response.created}. */
    public Run.Event created(long offset, long atMillis) {
        return began(EventTypes.CREATED, offset, atMillis);
    }

    /** {@code response.in_progress}. */
    public Run.Event inProgress(long offset, long atMillis) {
        return began(EventTypes.IN_PROGRESS, offset, atMillis);
    }

    /** {@code response.output_item.added}: an assistant's message begins. */
    public Run.Event itemAdded(long offset, Place place, long atMillis) {
        ByteBuf out = begin(EventTypes.ITEM_ADDED);
        JsonText.raw(",\"output_index\":", out);
        JsonText.number(place.outputIndex(), out);
        JsonText.raw(",\"item\":", out);
        item(place, null, "in_progress", out);
        return event(EventTypes.ITEM_ADDED, offset, atMillis, out);
    }

    /** {@code response.content_part.added}: an empty text part. */
    public Run.Event partAdded(long offset, Place place, long atMillis) {
        return part(EventTypes.PART_ADDED, offset, place, Unpooled.EMPTY_BUFFER, atMillis);
    }

    /** {@code response.output_text.done}. */
    public Run.Event textDone(long offset, Place place, ByteBuf text, long atMillis) {
        ByteBuf out = begin(EventTypes.TEXT_DONE);
        out.writeByte(',');
        CanonicalWriter.place(place, EventTypes.TEXT_DONE, out);
        JsonText.raw(",\"text\":\"", out);
        JsonText.copy(text, out);
        JsonText.raw("\",\"logprobs\":[]", out);
        return event(EventTypes.TEXT_DONE, offset, atMillis, out);
    }

    /** {@code response.content_part.done}. */
    public Run.Event partDone(long offset, Place place, ByteBuf text, long atMillis) {
        return part(EventTypes.PART_DONE, offset, place, text, atMillis);
    }

    /** {@code response.output_item.done}: the message with its one text part. */
    public Run.Event itemDone(long offset, Place place, ByteBuf text, long atMillis) {
        ByteBuf out = begin(EventTypes.ITEM_DONE);
        JsonText.raw(",\"output_index\":", out);
        JsonText.number(place.outputIndex(), out);
        JsonText.raw(",\"item\":", out);
        item(place, text, "completed", out);
        return event(EventTypes.ITEM_DONE, offset, atMillis, out);
    }

    /** {@code response.output} of an answer that is one message with one text part; {@code []} if the text is empty. */
    public static ByteBuf output(Place place, ByteBuf text, EndReason reason) {
        ByteBuf out = Unpooled.buffer(text.readableBytes() + 192);
        out.writeByte('[');
        if (text.isReadable()) {
            item(place, text, itemStatus(reason), out);
        }
        return out.writeByte(']');
    }

    /**
     * {@code response.output} as far as a log tells it, its runs given in order: finished items as they stand in
     * {@code response.output_item.done}, unfinished messages with the text of their deltas.
     */
    public static ByteBuf output(List<Run> runs, EndReason reason) {
        return OutputJson.of(runs, reason);
    }

    /**
     * The terminal, with the whole response.
     *
     * @param output {@code response.output}: the agent's own array, or what an {@code output} method gives
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
        ByteBuf out = begin(reason.terminal().eventType());
        JsonText.raw(",\"response\":", out);
        responseHead(reason.terminal().status(), out);
        boolean failed = reason.terminal() == Terminal.FAILED;
        error(failed ? reason.wire() : null, message == null ? EndText.of(reason) : message, out);
        JsonText.raw(",\"incomplete_details\":", out);
        boolean incomplete = reason.terminal() == Terminal.INCOMPLETE;
        JsonText.raw(incomplete ? "{\"reason\":\"" + reason.wire() + "\"}" : "null", out);
        JsonText.raw(",\"output\":", out);
        JsonText.copy(TypedItems.output(output), out);
        JsonText.raw(",\"usage\":", out);
        UsageJson.write(totals, out);
        JsonText.raw(",\"metadata\":{\"usage_source\":\"", out);
        JsonText.raw(source.wire(), out);
        JsonText.raw("\"}}", out);
        end(offset, out);
        return new Run.Terminal(offset, reason, totals, source, out, atMillis);
    }

    /**
     * A terminal for a response that is committed although no stream began: {@code response.failed} with the problem's code,
     * no offset. Nobody logs it.
     */
    public ByteBuf problem(ProblemType type, String detail) {
        ByteBuf out = begin(EventTypes.FAILED);
        JsonText.raw(",\"response\":", out);
        responseHead(Terminal.FAILED.status(), out);
        error(type.code(), detail, out);
        JsonText.raw(",\"incomplete_details\":null,\"output\":[],\"usage\":null,\"metadata\":{}}", out);
        end(0, out);
        return out;
    }

    /**
     * An agent's own event as ours: {@code sequence_number} is the offset, {@code response.id} the stream's, members that typed
     * clients insist on are added, one line; the rest as it stands.
     *
     * @throws StreamFormatException if the JSON is no object, or the type cannot stand on a wire
     */
    public Run.Event passthrough(long offset, String type, ByteBuf json, long atMillis) {
        if (!EventTypes.isName(type)) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_EVENT, "an impossible event type");
        }
        var slices = new JsonSlices("sequence_number", "type", "response", "part", "logprobs", "item");
        if (slices.scan(json) != Outcome.OBJECT) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "an event is no JSON object");
        }
        var added = new StringBuilder();
        var patch = new JsonPatch(json);
        if (slices.kind(SEQUENCE) == Kind.ABSENT) {
            added.append("\"sequence_number\":").append(offset);
        } else {
            patch.replace(slices.start(SEQUENCE), slices.end(SEQUENCE), Long.toString(offset));
        }
        if (slices.kind(TYPE) != Kind.STRING) {
            added.append(added.isEmpty() ? "" : ",")
                    .append("\"type\":\"")
                    .append(type)
                    .append('"');
        }
        if (type.equals(EventTypes.TEXT_DONE) && slices.kind(LOGPROBS) == Kind.ABSENT) {
            added.append(added.isEmpty() ? "" : ",").append("\"logprobs\":[]");
        }
        patchResponse(slices, patch);
        patch(slices, PART, TypedItems.part(slices.raw(PART)), patch);
        patch(slices, ITEM, TypedItems.item(slices.raw(ITEM)), patch);
        if (!added.isEmpty()) {
            patch.append(json.writerIndex(), added.toString());
        }
        return new Run.Event(offset, type, patch.apply(), atMillis);
    }

    /** {@code weir.usage}: running totals, what they cost, and what is left; credits in micro-credits. */
    public static ByteBuf usage(Totals totals, long costMicro, long availableMicro) {
        ByteBuf out = begin(EventTypes.WEIR_USAGE);
        JsonText.raw(",\"tokens\":{\"input\":", out);
        JsonText.number(totals.input(), out);
        JsonText.raw(",\"cached\":", out);
        JsonText.number(totals.cached(), out);
        JsonText.raw(",\"cacheWrite\":", out);
        JsonText.number(totals.cacheWrite(), out);
        JsonText.raw(",\"output\":", out);
        JsonText.number(totals.output(), out);
        JsonText.raw(",\"reasoning\":", out);
        JsonText.number(totals.reasoning(), out);
        JsonText.raw("},\"costMicro\":\"", out);
        JsonText.number(costMicro, out);
        JsonText.raw("\",\"availableMicro\":\"", out);
        JsonText.number(availableMicro, out);
        JsonText.raw("\"}", out);
        return out;
    }

    /** {@code weir.truncated}: the log ends at {@code to}; what was shown beyond it does not count. */
    public static ByteBuf truncated(long to) {
        ByteBuf out = begin(EventTypes.WEIR_TRUNCATED);
        JsonText.raw(",\"to\":", out);
        JsonText.number(to, out);
        return out.writeByte('}');
    }

    private void patchResponse(JsonSlices event, JsonPatch patch) {
        if (event.kind(RESPONSE) != Kind.OBJECT) {
            return;
        }
        var response = new JsonSlices("id");
        response.scan(event.raw(RESPONSE));
        String id = '"' + stream.responseId() + '"';
        if (response.kind(0) == Kind.ABSENT) {
            patch.append(event.end(RESPONSE), "\"id\":" + id);
        } else {
            int base = event.start(RESPONSE);
            patch.replace(base + response.start(0), base + response.end(0), id);
        }
    }

    private static void patch(JsonSlices event, int member, ByteBuf patched, JsonPatch patch) {
        if (event.kind(member) == Kind.OBJECT) {
            patch.replace(event.start(member), event.end(member), patched.toString(StandardCharsets.UTF_8));
        }
    }

    private Run.Event began(String type, long offset, long atMillis) {
        ByteBuf out = begin(type);
        JsonText.raw(",\"response\":", out);
        responseHead("in_progress", out);
        JsonText.raw(",\"error\":null,\"incomplete_details\":null,\"output\":[],\"usage\":null,\"metadata\":{}}", out);
        return event(type, offset, atMillis, out);
    }

    private void responseHead(String status, ByteBuf out) {
        JsonText.raw("{\"id\":\"", out);
        JsonText.raw(stream.responseId(), out);
        JsonText.raw("\",\"object\":\"response\",\"created_at\":", out);
        JsonText.number(createdAt(stream), out);
        JsonText.raw(",\"status\":\"", out);
        JsonText.raw(status, out);
        JsonText.raw("\",\"model\":", out);
        JsonText.quoted(model, out);
        JsonText.raw(
                ",\"instructions\":null,\"parallel_tool_calls\":true,\"temperature\":null,\"tool_choice\":\"auto\""
                        + ",\"tools\":[],\"top_p\":null",
                out);
    }

    private static void error(@Nullable String code, String message, ByteBuf out) {
        JsonText.raw(",\"error\":", out);
        if (code == null) {
            JsonText.raw("null", out);
            return;
        }
        JsonText.raw("{\"code\":", out);
        JsonText.quoted(code, out);
        JsonText.raw(",\"message\":", out);
        JsonText.quoted(message, out);
        out.writeByte('}');
    }

    private static Run.Event part(String type, long offset, Place place, ByteBuf text, long atMillis) {
        ByteBuf out = begin(type);
        out.writeByte(',');
        CanonicalWriter.place(place, type, out);
        JsonText.raw(",\"part\":", out);
        part(text, out);
        return event(type, offset, atMillis, out);
    }

    static String itemStatus(EndReason reason) {
        return reason == EndReason.COMPLETED ? "completed" : "incomplete";
    }

    static void item(Place place, @Nullable ByteBuf text, String status, ByteBuf out) {
        JsonText.raw("{\"id\":", out);
        JsonText.quoted(place.itemId(), out);
        JsonText.raw(",\"type\":\"message\",\"status\":\"", out);
        JsonText.raw(status, out);
        JsonText.raw("\",\"role\":\"assistant\",\"content\":[", out);
        if (text != null) {
            part(text, out);
        }
        JsonText.raw("]}", out);
    }

    private static void part(ByteBuf text, ByteBuf out) {
        JsonText.raw("{\"type\":\"output_text\",\"text\":\"", out);
        JsonText.copy(text, out);
        JsonText.raw("\",\"annotations\":[],\"logprobs\":[]}", out);
    }

    private static ByteBuf begin(String type) {
        ByteBuf out = Unpooled.buffer(512);
        JsonText.raw("{\"type\":\"", out);
        JsonText.raw(type, out);
        return out.writeByte('"');
    }

    private static void end(long offset, ByteBuf out) {
        JsonText.raw(",\"sequence_number\":", out);
        JsonText.number(offset, out);
        out.writeByte('}');
    }

    private static Run.Event event(String type, long offset, long atMillis, ByteBuf out) {
        end(offset, out);
        return new Run.Event(offset, type, out, atMillis);
    }
}
