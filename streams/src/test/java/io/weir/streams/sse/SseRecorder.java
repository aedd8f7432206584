package io.weir.streams.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoder and what it told. */
final class SseRecorder implements SseDecoder.Handler {
    private final SseDecoder decoder;
    private final List<String> seen = new ArrayList<>();
    private ByteBuf lastData = Unpooled.EMPTY_BUFFER;
    private String lastType = "";

    SseRecorder() {
        this(1 << 20);
    }

    SseRecorder(int maxBlockBytes) {
        decoder = new SseDecoder(maxBlockBytes, this);
    }

    SseDecoder decoder() {
        return decoder;
    }

    List<String> seen() {
        return List.copyOf(seen);
    }

    ByteBuf lastData() {
        return lastData;
    }

    String lastType() {
        return lastType;
    }

    void feed(String text) {
        decoder.feed(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void event(@Nullable String type, @Nullable ByteBuf id, ByteBuf data) {
        String idText = id == null ? "null" : id.toString(StandardCharsets.UTF_8);
        seen.add(type + "|" + idText + "|" + data.toString(StandardCharsets.UTF_8));
        lastData = data;
        lastType = type == null ? "" : type;
    }

    @Override
    public void comment() {
        seen.add("comment");
    }
}
