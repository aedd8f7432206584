package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.StreamFormatException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's Messages stream. Each content block becomes an output item at its index: text a message, thinking a reasoning
 * item, {@code tool_use} a function call; other blocks and deltas (citations, signatures, server tools) pass through
 * verbatim. The input side of the usage is known from the first event on, the output side is cumulative and counts only
 * once a {@code message_delta} has told it: what {@code message_start} says is a placeholder.
 */
final class AnthropicReader implements DialectReader {
    private static final int TYPE = 0;
    private static final int MESSAGE = 1;
    private static final int INDEX = 2;
    private static final int BLOCK = 3;
    private static final int DELTA = 4;
    private static final int USAGE = 5;
    private static final int ERROR = 6;
    private static final int MESSAGE_MODEL = 0;
    private static final int MESSAGE_USAGE = 1;
    private static final int STOP_REASON = 0;
    private static final int MAX_INDEX = 10_000;

    private final AgentListener listener;
    private final DeltaBatch deltas;
    private final OwnWords words;
    private final AnthropicBlocks blocks;
    private final AnthropicUsage usage = new AnthropicUsage();
    private final JsonSlices json =
            new JsonSlices("type", "message", "index", "content_block", "delta", "usage", "error");
    private final JsonSlices message = new JsonSlices("model", "usage");
    private final JsonSlices last = new JsonSlices("stop_reason");
    private boolean begun;
    private boolean ended;
    private String stopReason = "";

    AnthropicReader(StreamId stream, ResponseJson canonical, AgentListener listener) {
        this.listener = listener;
        this.deltas = new DeltaBatch(listener);
        this.words = new OwnWords(canonical, listener, deltas);
        this.blocks = new AnthropicBlocks(stream, canonical, listener, words, deltas);
    }

    @Override
    public boolean event(@Nullable String named, ByteBuf data) {
        if (json.scan(data) != JsonSlices.Outcome.OBJECT) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "an event is no JSON object");
        }
        String type = json.string(TYPE, named == null ? "" : named);
        switch (type) {
            case "content_block_delta" -> {
                begin();
                blocks.delta(index(), json.raw(DELTA), data);
            }
            case "ping", "" -> {
                return false;
            }
            case "message_start" -> start();
            case "content_block_start" -> {
                begin();
                blocks.start(index(), json.raw(BLOCK), data);
            }
            case "content_block_stop" -> blocks.stop(index(), data);
            case "message_delta" -> {
                usage.sofar(json.raw(USAGE));
                if (last.scan(json.raw(DELTA)) == JsonSlices.Outcome.OBJECT) {
                    stopReason = last.string(STOP_REASON, stopReason);
                }
            }
            case "message_stop" -> stop();
            case "error" -> {
                deltas.flush();
                ended = true;
                listener.end(new AgentEnd.Said(
                        EndReason.AGENT_ERROR, usage.totals(), Optional.empty(), ErrorWords.of(json, ERROR)));
            }
            default -> {
                begin();
                words.verbatim(type, false, data);
            }
        }
        return true;
    }

    @Override
    public void readComplete() {
        deltas.flush();
    }

    @Override
    public AgentEnd atEndOfBody(boolean done) {
        return new AgentEnd.Lost("the answer ended without message_stop");
    }

    @Override
    public boolean ended() {
        return ended;
    }

    private void start() {
        if (message.scan(json.raw(MESSAGE)) == JsonSlices.Outcome.OBJECT) {
            if (message.kind(MESSAGE_MODEL) == Kind.STRING) {
                listener.model(message.string(MESSAGE_MODEL, ""));
            }
            usage.started(message.raw(MESSAGE_USAGE));
        }
        begin();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            words.begin();
        }
    }

    private void stop() {
        begin();
        blocks.closeAll();
        deltas.flush();
        ended = true;
        boolean cut = stopReason.equals("max_tokens") || stopReason.equals("model_context_window_exceeded");
        listener.end(new AgentEnd.Said(
                cut ? EndReason.MAX_OUTPUT_TOKENS : EndReason.COMPLETED,
                usage.totals(),
                Optional.empty(),
                Optional.empty()));
    }

    private int index() {
        return Math.clamp(json.number(INDEX, 0), 0, MAX_INDEX);
    }
}
