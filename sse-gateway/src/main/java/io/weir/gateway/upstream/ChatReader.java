package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.UsageJson;
import io.weir.streams.sse.StreamFormatException;
import java.util.Optional;
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

    private final AgentListener listener;
    private final DeltaBatch deltas;
    private final OwnWords words;
    private final ToolCalls tools;
    private final MessageItem message;
    private final JsonSlices chunk = new JsonSlices("choices", "usage", "error", "model");
    private final JsonSlices choice = new JsonSlices("delta", "finish_reason");
    private final JsonSlices delta = new JsonSlices("content", "refusal", "tool_calls");
    private boolean begun;
    private boolean ended;
    private String finishReason = "";
    private Optional<Totals> totals = Optional.empty();

    ChatReader(StreamId stream, ResponseJson canonical, AgentListener listener) {
        this.listener = listener;
        this.deltas = new DeltaBatch(listener);
        this.words = new OwnWords(canonical, listener, deltas);
        this.message = new MessageItem(new Place("msg_" + stream, 0, 0), canonical, listener, deltas);
        this.tools = new ToolCalls(stream, words, deltas);
    }

    @Override
    public boolean event(@Nullable String type, ByteBuf data) {
        if (chunk.scan(data) != JsonSlices.Outcome.OBJECT) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "chunk is no JSON object");
        }
        if (chunk.kind(ERROR) == JsonSlices.Kind.OBJECT || chunk.kind(ERROR) == JsonSlices.Kind.STRING) {
            deltas.flush();
            ended = true;
            listener.end(
                    new AgentEnd.Said(EndReason.AGENT_ERROR, totals, Optional.empty(), ErrorWords.of(chunk, ERROR)));
            return true;
        }
        if (!begun) {
            begun = true;
            if (chunk.kind(MODEL) == JsonSlices.Kind.STRING) {
                listener.model(chunk.string(MODEL, ""));
            }
            words.begin();
        }
        if (chunk.kind(CHOICES) == JsonSlices.Kind.ARRAY) {
            choices(chunk.raw(CHOICES));
        }
        if (chunk.kind(USAGE) == JsonSlices.Kind.OBJECT) {
            totals = UsageJson.read(chunk.raw(USAGE));
        }
        return true;
    }

    @Override
    public void readComplete() {
        deltas.flush();
    }

    /** {@code [DONE]}, or the end of a body that had a finish reason. */
    @Override
    public AgentEnd atEndOfBody(boolean done) {
        if (finishReason.isEmpty()) {
            return new AgentEnd.Lost("the answer ended without a finish reason");
        }
        message.close();
        tools.close();
        deltas.flush();
        ended = true;
        EndReason reason = finishReason.equals("length") ? EndReason.MAX_OUTPUT_TOKENS : EndReason.COMPLETED;
        return new AgentEnd.Said(reason, totals, Optional.empty(), Optional.empty());
    }

    @Override
    public boolean ended() {
        return ended;
    }

    private void choices(ByteBuf array) {
        ByteBuf only = array.slice(array.readerIndex() + 1, array.readableBytes() - 2);
        if (choice.scan(only) != JsonSlices.Outcome.OBJECT) {
            return; // The usage chunk has no choice.
        }
        if (choice.kind(CHOICE_DELTA) == JsonSlices.Kind.OBJECT
                && delta.scan(choice.raw(CHOICE_DELTA)) == JsonSlices.Outcome.OBJECT) {
            message.say(EventTypes.TEXT_DELTA, delta.text(CONTENT));
            message.say(EventTypes.REFUSAL_DELTA, delta.text(REFUSAL));
            if (delta.kind(TOOL_CALLS) == JsonSlices.Kind.ARRAY) {
                tools.add(delta.raw(TOOL_CALLS), message.begun() ? 1 : 0);
            }
        }
        if (choice.kind(FINISH_REASON) == JsonSlices.Kind.STRING) {
            finishReason = choice.string(FINISH_REASON, "");
        }
    }
}
