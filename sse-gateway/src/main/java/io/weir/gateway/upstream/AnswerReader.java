package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.AgentDialect;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.SseDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an agent's events in whichever dialect it answers: the first one tells, and where it does not, what is configured.
 * Servers differ from what their path promises often enough.
 */
public final class AnswerReader implements SseDecoder.Handler {
    private static final int CHOICES = 0;
    private static final int TYPE = 1;
    private static final int TOKEN = 2;
    private static final ByteBuf DONE =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("[DONE]", StandardCharsets.US_ASCII));

    private final AgentDialect expected;
    private final StreamId stream;
    private final ResponseJson canonical;
    private final AgentListener listener;
    private final Runnable progress;
    private final JsonSlices first = new JsonSlices("choices", "type", "token");
    private @Nullable DialectReader dialect; // until the first event

    /**
     * A reader of one answer.
     *
     * @param expected what is spoken where the first event does not tell
     * @param progress told of every event that is not only there to keep a connection open
     */
    public AnswerReader(
            AgentDialect expected, StreamId stream, ResponseJson canonical, AgentListener listener, Runnable progress) {
        this.expected = expected;
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
            endOfBody(true);
            return;
        }
        DialectReader reader = dialect;
        if (reader == null) {
            reader = detect(data);
            dialect = reader;
        }
        if (reader.event(type, data)) {
            progress.run();
        }
    }

    /** The socket has been read empty for now. */
    public void readComplete() {
        if (dialect != null && !dialect.ended()) {
            dialect.readComplete();
        }
    }

    /** A piece of the answer is over; the rest may come in another one, unless this dialect takes that for the end. */
    public void endOfPiece() {
        if (dialect != null && !dialect.ended()) {
            dialect.readComplete();
            if (dialect.atEndOfBody(false) instanceof AgentEnd.Said said) {
                listener.end(said);
            }
        }
    }

    /** The body is over. */
    void endOfBody() {
        endOfBody(false);
    }

    private void endOfBody(boolean done) {
        if (dialect == null) {
            listener.end(new AgentEnd.Lost("the answer was empty"));
        } else if (!dialect.ended()) {
            dialect.readComplete();
            listener.end(dialect.atEndOfBody(done));
        }
    }

    /** True once the agent has ended its answer itself. */
    public boolean ended() {
        return dialect != null && dialect.ended();
    }

    private DialectReader detect(ByteBuf data) {
        return reader(first.scan(data) == JsonSlices.Outcome.OBJECT ? spoken().orElse(expected) : expected);
    }

    private Optional<AgentDialect> spoken() {
        if (first.kind(CHOICES) == JsonSlices.Kind.ARRAY && first.kind(TYPE) == JsonSlices.Kind.ABSENT) {
            return Optional.of(AgentDialect.CHAT_COMPLETIONS);
        }
        if (first.is(TYPE, "message_start")) {
            return Optional.of(AgentDialect.ANTHROPIC);
        }
        if (PlainReader.speaks(first, TYPE, TOKEN)) {
            return Optional.of(AgentDialect.TOKEN);
        }
        boolean responses = first.string(TYPE, "").startsWith("response.");
        return responses ? Optional.of(AgentDialect.RESPONSES) : Optional.empty();
    }

    private DialectReader reader(AgentDialect spoken) {
        return switch (spoken) {
            case RESPONSES -> new ResponsesReader(canonical, listener);
            case CHAT_COMPLETIONS -> new ChatReader(stream, canonical, listener);
            case ANTHROPIC -> new AnthropicReader(stream, canonical, listener);
            case TOKEN, CHUNK, NDJSON -> new PlainReader(stream, canonical, listener);
        };
    }
}
