package io.weir.streams.render;

import io.weir.contracts.stream.Totals;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.EndText;
import io.weir.streams.run.Run;

/**
 * <pre>
 *   token {delta, t}      t = milliseconds since the stream's start
 *   end   {usage:{inputTokens, outputTokens, totalTokens}}
 *   error {message}
 * </pre>
 */
final class BattleRenderer implements TopicRenderer {
    @Override
    public void render(Run run, Sink sink) {
        if (run instanceof Deltas deltas && deltas.isText()) {
            token(deltas, sink);
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
        token(text, sink);
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

    private static void token(Deltas deltas, Sink sink) {
        var payload = new Payload(deltas.text().readableBytes() + 48)
                .escaped("delta", deltas.text())
                .number("t", deltas.atMillis());
        sink.event("token", payload.end());
    }
}
