package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Terminal;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.EndText;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * {@code chat.completion.chunk} objects. The role comes with the first event of the stream, text, refusal and the arguments of
 * tool calls with their deltas ({@link ChatCalls}). Reasoning has no words here. A failed stream ends with <code>{"error":{…}}</code>; {@code [DONE]} always
 * follows.
 */
final class ChatCompletionsRenderer implements Renderer {
    private final Frames frames;
    private final StreamId stream;
    private final String model;
    private final boolean includeUsage;
    private final ChatCalls calls = new ChatCalls();

    ChatCompletionsRenderer(Frames frames, StreamId stream, String model, boolean includeUsage) {
        this.frames = frames;
        this.stream = stream;
        this.model = model;
        this.includeUsage = includeUsage;
    }

    @Override
    public void render(Run run, ByteBuf out) {
        switch (run) {
            case Deltas deltas -> {
                if (deltas.isText()) {
                    text(deltas, out);
                } else if (deltas.type().equals(EventTypes.ARGUMENTS_DELTA)) {
                    toolCalls(deltas.last(), calls.piece(deltas), out);
                }
            }
            case Run.Event event -> {
                if (event.type().equals(EventTypes.ITEM_ADDED)) {
                    toolCalls(event.offset(), calls.begin(event), out);
                } else if (event.type().equals(EventTypes.CREATED)) {
                    calls.fromTheStart();
                    choice(event.offset(), "{\"role\":\"assistant\",\"content\":\"\"}", "null", out);
                }
            }
            case Run.Terminal terminal -> terminal(terminal, out);
        }
    }

    @Override
    public void snapshot(Deltas text, ByteBuf out) {
        // a client without offsets cannot replace what it has shown
    }

    @Override
    public void weir(String type, ByteBuf json, ByteBuf out) {
        // the SDKs would hand it to the caller as a chunk
    }

    @Override
    public void connected(ByteBuf out) {
        frames.connected(out);
    }

    @Override
    public void heartbeat(ByteBuf out) {
        frames.heartbeat(out);
    }

    @Override
    public void problem(ProblemType type, String detail, ByteBuf out) {
        frames.begin(out);
        error(detail, type.status() < 500 ? "invalid_request_error" : "server_error", type.code(), out);
        out.writeByte('}');
        frames.end(out);
        frames.done(out);
    }

    private void text(Deltas deltas, ByteBuf out) {
        boolean refusal = deltas.type().equals(EventTypes.REFUSAL_DELTA);
        beginChunk(deltas.last(), out);
        JsonText.raw(",\"choices\":[{\"index\":0,\"delta\":{\"", out);
        JsonText.raw(refusal ? "refusal" : "content", out);
        JsonText.raw("\":\"", out);
        JsonText.copy(deltas.text(), out);
        JsonText.raw("\"},\"logprobs\":null,\"finish_reason\":null}]", out);
        endChunk(deltas.last(), out);
    }

    private void terminal(Run.Terminal terminal, ByteBuf out) {
        EndReason reason = terminal.reason();
        if (reason.terminal() == Terminal.FAILED) {
            frames.begin(terminal.offset(), out);
            error(EndText.of(terminal), "server_error", reason.wire(), out);
            frames.member("offset", terminal.offset(), out);
            out.writeByte('}');
            frames.end(out);
        } else {
            ChatOutput output = ChatOutput.of(terminal);
            toolCalls(terminal.offset(), calls.rest(output.calls()), out);
            choice(terminal.offset(), "{}", output.finishReason(terminal), out);
            if (includeUsage) {
                usage(terminal, out);
            }
        }
        frames.done(out);
    }

    private void toolCalls(long offset, @Nullable ByteBuf members, ByteBuf out) {
        if (members == null) {
            return;
        }
        beginChunk(offset, out);
        JsonText.raw(",\"choices\":[{\"index\":0,\"delta\":{", out);
        JsonText.copy(members, out);
        JsonText.raw("},\"logprobs\":null,\"finish_reason\":null}]", out);
        endChunk(offset, out);
    }

    private void choice(long offset, String delta, String finishReason, ByteBuf out) {
        beginChunk(offset, out);
        JsonText.raw(",\"choices\":[{\"index\":0,\"delta\":", out);
        JsonText.raw(delta, out);
        JsonText.raw(",\"logprobs\":null,\"finish_reason\":", out);
        JsonText.raw(finishReason, out);
        JsonText.raw("}]", out);
        endChunk(offset, out);
    }

    private void usage(Run.Terminal terminal, ByteBuf out) {
        beginChunk(terminal.offset(), out);
        JsonText.raw(",\"choices\":[],\"usage\":", out);
        ChatOutput.usage(terminal.totals(), out);
        frames.member("offset", terminal.offset(), out);
        out.writeByte('}');
        frames.end(out);
    }

    private void beginChunk(long offset, ByteBuf out) {
        frames.begin(offset, out);
        JsonText.raw("{\"id\":\"chatcmpl-", out);
        JsonText.raw(stream.toString(), out);
        JsonText.raw("\",\"object\":\"chat.completion.chunk\",\"created\":", out);
        JsonText.number(ResponseJson.createdAt(stream), out);
        JsonText.raw(",\"model\":", out);
        JsonText.quoted(model, out);
    }

    private void endChunk(long offset, ByteBuf out) {
        if (includeUsage) {
            JsonText.raw(",\"usage\":null", out);
        }
        frames.member("offset", offset, out);
        out.writeByte('}');
        frames.end(out);
    }

    /** Everything but the closing brace. */
    private static void error(String message, String type, String code, ByteBuf out) {
        JsonText.raw("{\"error\":{\"message\":", out);
        JsonText.quoted(message, out);
        JsonText.raw(",\"type\":", out);
        JsonText.quoted(type, out);
        JsonText.raw(",\"param\":null,\"code\":", out);
        JsonText.quoted(code, out);
        out.writeByte('}');
    }
}
