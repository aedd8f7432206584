package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.contracts.id.StreamId;
import io.weir.streams.json.JsonText;
import io.weir.streams.sse.StreamFormatException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Tool calls of chat.completions as function call items. Rare beside text, so trees are fine here. */
final class ToolCalls {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StreamId stream;
    private final OwnWords words;
    private final DeltaBatch deltas;
    private final Map<Integer, FunctionCall> calls = new TreeMap<>();

    ToolCalls(StreamId stream, OwnWords words, DeltaBatch deltas) {
        this.stream = stream;
        this.words = words;
        this.deltas = deltas;
    }

    /** Takes {@code delta.tool_calls}. */
    void add(ByteBuf array, int firstOutputIndex) {
        for (JsonNode part : read(array)) {
            int index = part.path("index").asInt();
            FunctionCall call = calls.get(index);
            if (call == null) {
                call = begin(index, firstOutputIndex, part);
                calls.put(index, call);
            }
            call.arguments(
                    JsonText.escaped(part.path("function").path("arguments").asText()));
        }
    }

    /** Completes every item. */
    void close() {
        calls.values().forEach(FunctionCall::close);
    }

    private FunctionCall begin(int index, int firstOutputIndex, JsonNode part) {
        var call = new FunctionCall(
                "fc_" + stream + "_" + index,
                firstOutputIndex + index,
                part.path("id").asText("call_" + index),
                part.path("function").path("name").asText(),
                words,
                deltas);
        call.begin();
        return call;
    }

    private static JsonNode read(ByteBuf array) {
        try {
            return JSON.readTree(ByteBufUtil.getBytes(array));
        } catch (IOException e) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_EVENT, "tool_calls is no array");
        }
    }
}
