package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.problem.ProblemType;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.EndText;
import io.weir.streams.run.Run;

/**
 * The two dialects that show text and an end, and nothing else.
 *
 * <pre>
 *              token                          chunk
 *   text       {"token":"…"}                  {"type":"chunk","text":"…"}
 *   end        [DONE]                         {"type":"done"}
 *   other end  {"error":"…","reason":"…"}     {"type":"error","message":"…","reason":"…"}
 * </pre>
 *
 * In NDJSON every object also has {@code offset}, and {@code [DONE]} is <code>{"done":true}</code>.
 */
final class SimpleRenderer implements Renderer {
    private static final String OFFSET = "offset";

    private final Frames frames;
    private final boolean chunk;

    SimpleRenderer(Frames frames, boolean chunk) {
        this.frames = frames;
        this.chunk = chunk;
    }

    @Override
    public void render(Run run, ByteBuf out) {
        if (run instanceof Deltas deltas && deltas.isText()) {
            frames.begin(deltas.last(), out);
            JsonText.raw(chunk ? "{\"type\":\"chunk\",\"text\":\"" : "{\"token\":\"", out);
            JsonText.copy(deltas.text(), out);
            out.writeByte('"');
            frames.member(OFFSET, deltas.last(), out);
            out.writeByte('}');
            frames.end(out);
        } else if (run instanceof Run.Terminal terminal) {
            terminal(terminal, out);
        }
    }

    @Override
    public void snapshot(Deltas text, ByteBuf out) {
        // a client without offsets cannot replace what it has shown
    }

    @Override
    public void weir(String type, ByteBuf json, ByteBuf out) {
        if (type.equals(EventTypes.WEIR_USAGE)) {
            frames.beginNamed(type, out);
            JsonText.copy(json, out);
            frames.end(out);
        }
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
        error(type.title(), type.code(), out);
        out.writeByte('}');
        frames.end(out);
    }

    private void terminal(Run.Terminal terminal, ByteBuf out) {
        long offset = terminal.offset();
        if (!terminal.reason().endsRegularly()) {
            frames.begin(offset, out);
            error(EndText.of(terminal), terminal.reason().wire(), out);
            frames.member(OFFSET, offset, out);
            out.writeByte('}');
            frames.end(out);
        } else if (chunk) {
            frames.begin(offset, out);
            JsonText.raw("{\"type\":\"done\"", out);
            frames.member(OFFSET, offset, out);
            out.writeByte('}');
            frames.end(out);
        } else {
            frames.done(offset, out);
        }
    }

    /** Everything but the closing brace. */
    private void error(String message, String reason, ByteBuf out) {
        JsonText.raw(chunk ? "{\"type\":\"error\",\"message\":" : "{\"error\":", out);
        JsonText.quoted(message, out);
        JsonText.raw(",\"reason\":", out);
        JsonText.quoted(reason, out);
    }
}
