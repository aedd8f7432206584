package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.StreamFormatException;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * chat.completions chunks, normalised: the scaffold of a Responses answer is made around the text, tool calls become
 * function call items, the usage chunk becomes the totals. One choice is read; we never ask for more.
 */
final class ChatReader implements DialectReader {
    private static final int CHOICES = 0;
    private static final int USAGE = 1;
    private static final int ERROR = 2;
    private static final int MODEL = 3;
    private static final int CHOICE_DELTA = 0;
    private static final int FINISH_REASON = 1;
    private static final int CONTENT = 0;
    private static final int REFUSAL = 1;
    private static final int TOOL_CALLS = 2;
    private static final int PROMPT_TOKENS = 0;
    private static final int COMPLETION_TOKENS = 1;
    private static final int PROMPT_DETAILS = 2;
    private static final int COMPLETION_DETAILS = 3;

    private final ResponseJson canonical;
    private final AgentListener listener;
    private final DeltaBatch deltas;
    private final ToolCalls tools;
    private final ByteBuf itemId;
    private final Place place;
    private final JsonSlices chunk = new JsonSlices("choices", "usage", "error", "model");
    private final JsonSlices choice = new JsonSlices("delta", "finish_reason");
    private final JsonSlices delta = new JsonSlices("content", "refusal", "tool_calls");
    private final JsonSlices usage =
            new JsonSlices("prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details");
    private final JsonSlices details = new JsonSlices("cached_tokens", "reasoning_tokens", "message");
    private final ByteBuf text = Unpooled.buffer();
    private boolean begun;
    private boolean messageBegun;
    private boolean ended;
    private String finishReason = "";
    private Optional<Totals> totals = Optional.empty();

    ChatReader(StreamId stream, ResponseJson canonical, AgentListener listener) {
        this.canonical = canonical;
        this.listener = listener;
        this.deltas = new DeltaBatch(listener);
        this.place = new Place("msg_" + stream, 0, 0);
        this.itemId = Unpooled.copiedBuffer(place.itemId(), java.nio.charset.StandardCharsets.UTF_8);
        this.tools = new ToolCalls(stream, canonical, listener, deltas);
    }

    @Override
    public void event(@Nullable String type, ByteBuf data) {
        if (chunk.scan(data) != JsonSlices.Outcome.OBJECT) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "chunk is no JSON object");
        }
        if (chunk.kind(ERROR) == JsonSlices.Kind.OBJECT || chunk.kind(ERROR) == JsonSlices.Kind.STRING) {
            error();
            return;
        }
        if (!begun) {
            begun = true;
            begin();
        }
        if (chunk.kind(CHOICES) == JsonSlices.Kind.ARRAY) {
            choices(chunk.raw(CHOICES));
        }
        if (chunk.kind(USAGE) == JsonSlices.Kind.OBJECT) {
            usage(chunk.raw(USAGE));
        }
    }

    @Override
    public void readComplete() {
        deltas.flush();
    }

    /** {@code [DONE]}, or the end of a body that had a finish reason. */
    @Override
    public AgentEnd atEndOfBody() {
        if (finishReason.isEmpty()) {
            return new AgentEnd.Lost("the answer ended without a finish reason");
        }
        deltas.flush();
        closeItems();
        ended = true;
        EndReason reason = finishReason.equals("length") ? EndReason.MAX_OUTPUT_TOKENS : EndReason.COMPLETED;
        return new AgentEnd.Said(reason, totals, Optional.empty(), Optional.empty());
    }

    @Override
    public boolean ended() {
        return ended;
    }

    private void begin() {
        if (chunk.kind(MODEL) == JsonSlices.Kind.STRING) {
            listener.model(chunk.string(MODEL, ""));
        }
        event(EventTypes.CREATED, offset -> canonical.created(offset, 0).json());
        event(EventTypes.IN_PROGRESS, offset -> canonical.inProgress(offset, 0).json());
    }

    private void choices(ByteBuf array) {
        ByteBuf only = array.slice(array.readerIndex() + 1, array.readableBytes() - 2);
        if (choice.scan(only) != JsonSlices.Outcome.OBJECT) {
            return; // The usage chunk has no choice.
        }
        if (choice.kind(CHOICE_DELTA) == JsonSlices.Kind.OBJECT
                && delta.scan(choice.raw(CHOICE_DELTA)) == JsonSlices.Outcome.OBJECT) {
            said(EventTypes.TEXT_DELTA, delta.text(CONTENT));
            said(EventTypes.REFUSAL_DELTA, delta.text(REFUSAL));
            if (delta.kind(TOOL_CALLS) == JsonSlices.Kind.ARRAY) {
                tools.add(delta.raw(TOOL_CALLS), messageBegun ? 1 : 0);
            }
        }
        if (choice.kind(FINISH_REASON) == JsonSlices.Kind.STRING) {
            finishReason = choice.string(FINISH_REASON, "");
        }
    }

    private void said(String type, ByteBuf words) {
        if (!words.isReadable()) {
            return;
        }
        if (!messageBegun) {
            messageBegun = true;
            event(
                    EventTypes.ITEM_ADDED,
                    offset -> canonical.itemAdded(offset, place, 0).json());
            event(
                    EventTypes.PART_ADDED,
                    offset -> canonical.partAdded(offset, place, 0).json());
        }
        text.writeBytes(words, words.readerIndex(), words.readableBytes());
        deltas.add(type, itemId, place.outputIndex(), place.partIndex(), words);
    }

    private void closeItems() {
        if (messageBegun) {
            ByteBuf whole = text.asReadOnly();
            event(
                    EventTypes.TEXT_DONE,
                    offset -> canonical.textDone(offset, place, whole, 0).json());
            event(
                    EventTypes.PART_DONE,
                    offset -> canonical.partDone(offset, place, whole, 0).json());
            event(
                    EventTypes.ITEM_DONE,
                    offset -> canonical.itemDone(offset, place, whole, 0).json());
        }
        tools.close();
    }

    private void error() {
        deltas.flush();
        ended = true;
        Optional<String> message = Optional.empty();
        if (chunk.kind(ERROR) == JsonSlices.Kind.STRING) {
            message = Optional.of(chunk.string(ERROR, ""));
        } else if (details.scan(chunk.raw(ERROR)) == JsonSlices.Outcome.OBJECT
                && details.kind(2) == JsonSlices.Kind.STRING) {
            message = Optional.of(details.string(2, ""));
        }
        listener.end(new AgentEnd.Said(EndReason.AGENT_ERROR, totals, Optional.empty(), message));
    }

    private void usage(ByteBuf object) {
        if (usage.scan(object) != JsonSlices.Outcome.OBJECT) {
            return;
        }
        long input = Math.max(0, usage.number(PROMPT_TOKENS, 0));
        long output = Math.max(0, usage.number(COMPLETION_TOKENS, 0));
        long cached = Math.clamp(detail(PROMPT_DETAILS, 0), 0, input);
        long reasoning = Math.clamp(detail(COMPLETION_DETAILS, 1), 0, output);
        var said = new Totals(input, cached, 0, output, reasoning);
        totals = said.isZero() ? Optional.empty() : Optional.of(said);
    }

    private long detail(int object, int name) {
        return usage.kind(object) == JsonSlices.Kind.OBJECT
                        && details.scan(usage.raw(object)) == JsonSlices.Outcome.OBJECT
                ? details.number(name, 0)
                : 0;
    }

    private void event(String type, LongFunction<ByteBuf> json) {
        deltas.flush();
        listener.event(type, false, json);
    }
}
