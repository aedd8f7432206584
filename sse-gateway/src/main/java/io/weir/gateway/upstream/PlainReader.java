package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.UsageJson;
import io.weir.streams.sse.StreamFormatException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The two simple dialects, as SSE or a line each. Any object may bring {@code model} and {@code usage} (in either OpenAI
 * naming); the last usage counts. An answer that ends without saying so is lost, not complete.
 *
 * <pre>
 *   text    {"token":"…"}   {"type":"chunk","text":"…"}   {"text":"…"}
 *   end     [DONE]          {"type":"done"}               {"done":true}
 *   cut     any object with "reason":"length" before or at the end
 *   error   {"error":"…" | {"message":"…"}}               {"type":"error","message":"…"}
 *   other   {"type":"…",…}  passes through verbatim
 * </pre>
 */
final class PlainReader implements DialectReader {
    private static final int TYPE = 0;
    private static final int TOKEN = 1;
    private static final int TEXT = 2;
    private static final int ERROR = 3;
    private static final int MESSAGE = 4;
    private static final int DONE = 5;
    private static final int USAGE = 6;
    private static final int MODEL = 7;
    private static final int REASON = 8;

    private final AgentListener listener;
    private final DeltaBatch deltas;
    private final OwnWords words;
    private final MessageItem message;
    private final JsonSlices json =
            new JsonSlices("type", "token", "text", "error", "message", "done", "usage", "model", "reason");
    private boolean begun;
    private boolean ended;
    private boolean cut;
    private Optional<Totals> totals = Optional.empty();

    PlainReader(StreamId stream, ResponseJson canonical, AgentListener listener) {
        this.listener = listener;
        this.deltas = new DeltaBatch(listener);
        this.words = new OwnWords(canonical, listener, deltas);
        this.message = new MessageItem(new Place("msg_" + stream, 0, 0), canonical, listener, deltas);
    }

    /** True for a first event that can only be one of these. */
    static boolean speaks(JsonSlices event, int type, int token) {
        return (event.kind(token) == Kind.STRING && event.kind(type) == Kind.ABSENT) || event.is(type, "chunk");
    }

    @Override
    public boolean event(@Nullable String named, ByteBuf data) {
        if (json.scan(data) != JsonSlices.Outcome.OBJECT) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_JSON, "an event is no JSON object");
        }
        if (json.is(TYPE, "ping") || json.is(TYPE, "keepalive") || json.is(TYPE, "heartbeat")) {
            return false;
        }
        usage();
        if (json.is(TYPE, "error") || json.kind(ERROR) == Kind.STRING || json.kind(ERROR) == Kind.OBJECT) {
            deltas.flush();
            end(EndReason.AGENT_ERROR, ErrorWords.of(json, ERROR).or(() -> ErrorWords.of(json, MESSAGE)));
            return true;
        }
        begin();
        if (json.kind(TYPE) == Kind.ABSENT || json.is(TYPE, "chunk") || json.is(TYPE, "token")) {
            message.say(EventTypes.TEXT_DELTA, json.text(TOKEN));
            message.say(EventTypes.TEXT_DELTA, json.text(TEXT));
        } else if (!json.is(TYPE, "done")) {
            words.verbatim(json.string(TYPE, ""), false, data);
        }
        cut |= json.is(REASON, "length") || json.is(REASON, EndReason.MAX_OUTPUT_TOKENS.wire());
        if (json.kind(DONE) == Kind.TRUE || json.is(TYPE, "done")) {
            complete();
            end(wellEnded(), Optional.empty());
        }
        return true;
    }

    @Override
    public void readComplete() {
        deltas.flush();
    }

    @Override
    public AgentEnd atEndOfBody(boolean done) {
        if (!done) {
            return new AgentEnd.Lost("the answer ended without saying so");
        }
        complete();
        ended = true;
        return new AgentEnd.Said(wellEnded(), totals, Optional.empty(), Optional.empty());
    }

    private EndReason wellEnded() {
        return cut ? EndReason.MAX_OUTPUT_TOKENS : EndReason.COMPLETED;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        if (json.kind(MODEL) == Kind.STRING) {
            listener.model(json.string(MODEL, ""));
        }
        words.begin();
    }

    private void usage() {
        if (json.kind(USAGE) == Kind.OBJECT) {
            totals = UsageJson.read(json.raw(USAGE));
        }
    }

    private void complete() {
        message.close();
        deltas.flush();
    }

    private void end(EndReason reason, Optional<String> why) {
        ended = true;
        listener.end(new AgentEnd.Said(reason, totals, Optional.empty(), why));
    }
}
