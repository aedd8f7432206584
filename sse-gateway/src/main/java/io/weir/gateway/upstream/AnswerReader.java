package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.SseDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an agent's event stream in whichever dialect it answers: the first event tells. Servers differ from what their
 * path promises often enough.
 */
final class AnswerReader implements SseDecoder.Handler {
    private static final ByteBuf DONE =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("[DONE]", StandardCharsets.US_ASCII));

    private final StreamId stream;
    private final ResponseJson canonical;
    private final AgentListener listener;
    private final Runnable progress;
    private @Nullable DialectReader dialect; // until the first event

    AnswerReader(StreamId stream, ResponseJson canonical, AgentListener listener, Runnable progress) {
        this.stream = stream;
        this.canonical = canonical;
        this.listener = listener;
        this.progress = progress;
    }

    @Override
    public void event(@Nullable String type, @Nullable ByteBuf id, ByteBuf data) {
        if (!data.isReadable() || ended()) {
            return;
        }
        if (ByteBufUtil.equals(data, DONE)) {
            endOfBody();
            return;
        }
        progress.run();
        DialectReader reader = dialect;
        if (reader == null) {
            reader = detect(data);
            dialect = reader;
        }
        reader.event(type, data);
    }

    /** The socket has been read empty for now. */
    void readComplete() {
        if (dialect != null && !dialect.ended()) {
            dialect.readComplete();
        }
    }

    /** The body, or what {@code [DONE]} ends, is over. */
    void endOfBody() {
        if (dialect == null) {
            listener.end(new AgentEnd.Lost("the answer was empty"));
        } else if (!dialect.ended()) {
            dialect.readComplete();
            listener.end(dialect.atEndOfBody());
        }
    }

    private boolean ended() {
        return dialect != null && dialect.ended();
    }

    private DialectReader detect(ByteBuf data) {
        var first = new JsonSlices("choices", "type");
        boolean chat = first.scan(data) == JsonSlices.Outcome.OBJECT
                && first.kind(0) == JsonSlices.Kind.ARRAY
                && first.kind(1) == JsonSlices.Kind.ABSENT;
        return chat ? new ChatReader(stream, canonical, listener) : new ResponsesReader(canonical, listener);
    }
}
