package io.weir.streams.render;

import io.weir.contracts.stream.Totals;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.EndText;
import io.weir.streams.run.Run;

/**
 * <pre>
 *   token {delta, t, offset}   t = milliseconds since the stream's start; merged also {from, n}, a snapshot {from:1, snapshot:true}
 *   end   {usage:{inputTokens, outputTokens, totalTokens}}
 *   error {message}
 * </pre>
 */
final class BattleRenderer implements TopicRenderer {
    @Override
    public void render(Run run, Sink sink) {
        if (run instanceof Deltas deltas && deltas.isText()) {
            sink.event("token", token(deltas).merged(deltas).end());
        } else if (run instanceof Run.Terminal terminal) {
            if (terminal.reason().endsRegularly()) {
                sink.event(
                        "end",
                        new Payload(128)
                                .object("usage", usage(terminal.totals()))
                                .end());
            } else {
                sink.event(
                        "error",
                        new Payload(128).string("message", EndText.of(terminal)).end());
            }
        }
    }

    @Override
    public void snapshot(Deltas text, Sink sink) {
        sink.event("token", token(text).snapshot().end());
    }

    @Override
    public void message(String id, String role, String content, Sink sink) {
        // no words for it
    }

    /** The usage object of topic events. */
    static Payload usage(Totals totals) {
        return new Payload(96)
                .number("inputTokens", totals.input())
                .number("outputTokens", totals.output())
                .number("totalTokens", totals.total());
    }

    private static Payload token(Deltas deltas) {
        return new Payload(deltas.text().readableBytes() + 96)
                .escaped("delta", deltas.text())
                .number("t", deltas.atMillis())
                .number("offset", deltas.last());
    }
}
