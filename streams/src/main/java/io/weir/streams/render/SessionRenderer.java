package io.weir.streams.render;

import io.weir.contracts.id.StreamId;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.EndText;
import io.weir.streams.run.Run;

/**
 * <pre>
 *   message {id, role, content, streamId}
 *   token   {text, done:false, offset, streamId} and, merged, {from, n, t}, or of a snapshot {from:1, snapshot:true}
 *   end     {text:"", done:true, usage, reason, offset, streamId}
 *   error   {message, reason, offset, streamId, usage}
 * </pre>
 */
final class SessionRenderer implements TopicRenderer {
    private final String stream;

    SessionRenderer(StreamId stream) {
        this.stream = stream.toString();
    }

    @Override
    public void render(Run run, Sink sink) {
        if (run instanceof Deltas deltas && deltas.isText()) {
            Payload token = token(deltas);
            if (deltas.count() > 1) {
                token.merged(deltas).number("t", deltas.atMillis());
            }
            sink.event("token", token.end());
        } else if (run instanceof Run.Terminal terminal) {
            terminal(terminal, sink);
        }
    }

    @Override
    public void snapshot(Deltas text, Sink sink) {
        sink.event("token", token(text).snapshot().end());
    }

    @Override
    public void message(String id, String role, String content, Sink sink) {
        var payload = new Payload(content.length() + 192)
                .string("id", id)
                .string("role", role)
                .string("content", content)
                .string("streamId", stream);
        sink.event("message", payload.end());
    }

    private Payload token(Deltas deltas) {
        return new Payload(deltas.text().readableBytes() + 160)
                .escaped("text", deltas.text())
                .flag("done", false)
                .number("offset", deltas.last())
                .string("streamId", stream);
    }

    private void terminal(Run.Terminal terminal, Sink sink) {
        boolean regular = terminal.reason().endsRegularly();
        var payload = new Payload(320);
        if (regular) {
            payload.string("text", "").flag("done", true);
        } else {
            payload.string("message", EndText.of(terminal));
        }
        payload.string("reason", terminal.reason().wire())
                .number("offset", terminal.offset())
                .string("streamId", stream)
                .object("usage", BattleRenderer.usage(terminal.totals()));
        sink.event(regular ? "end" : "error", payload.end());
    }
}
