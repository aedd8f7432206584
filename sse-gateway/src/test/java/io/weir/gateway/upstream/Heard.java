package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.AgentDialect;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.BodyDecoder;
import io.weir.streams.sse.NdjsonDecoder;
import io.weir.streams.sse.SseDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What an agent's bytes are heard as. Consecutive deltas at one place are one entry, however they were cut. */
final class Heard implements AgentListener {
    private static final StreamId STREAM = new StreamId(UUID.fromString("01932c07-0000-7000-8000-000000000001"));
    private static final int MAX_EVENT = 4096;

    final List<String> said = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    String model = "";
    int progress;

    @Nullable
    AgentEnd end;

    private long offset;

    private Heard() {}

    /** A body that arrives in these chunks and ends. */
    static Heard of(AgentDialect dialect, byte[]... chunks) {
        var heard = new Heard();
        var reader = new AnswerReader(dialect, STREAM, new ResponseJson(STREAM, "m"), heard, () -> heard.progress++);
        BodyDecoder decoder = dialect == AgentDialect.NDJSON
                ? new NdjsonDecoder(MAX_EVENT, reader)
                : new SseDecoder(MAX_EVENT, reader);
        for (byte[] chunk : chunks) {
            decoder.feed(Unpooled.wrappedBuffer(chunk));
            reader.readComplete();
        }
        decoder.end();
        reader.endOfBody();
        return heard;
    }

    /** A body in one chunk. */
    static Heard of(AgentDialect dialect, String body) {
        return of(dialect, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The same body cut in two at a byte. */
    static Heard cut(AgentDialect dialect, String body, int at) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return of(dialect, java.util.Arrays.copyOf(bytes, at), java.util.Arrays.copyOfRange(bytes, at, bytes.length));
    }

    /** The same body, a byte at a time. */
    static Heard dripped(AgentDialect dialect, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[][] drops = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            drops[i] = new byte[] {bytes[i]};
        }
        return of(dialect, drops);
    }

    @Override
    public void event(String type, boolean commits, LongFunction<ByteBuf> json) {
        said.add(type + (commits ? "!" : ""));
        events.add(json.apply(++offset).toString(StandardCharsets.UTF_8));
    }

    @Override
    public void deltas(String type, Place place, ByteBuf text, int[] ends) {
        String head = type + "@" + place.outputIndex() + ":";
        String words = JsonText.unescape(text);
        if (!said.isEmpty() && said.getLast().startsWith(head)) {
            said.set(said.size() - 1, said.getLast() + words);
        } else {
            said.add(head + words);
        }
    }

    @Override
    public void model(String named) {
        model = named;
    }

    @Override
    public void end(AgentEnd last) {
        if (end != null) {
            throw new AssertionError("ended twice");
        }
        end = last;
    }

    /** The end, as the agent said it. */
    AgentEnd.Said ending() {
        if (end instanceof AgentEnd.Said ending) {
            return ending;
        }
        throw new AssertionError("ended otherwise: " + end);
    }
}
