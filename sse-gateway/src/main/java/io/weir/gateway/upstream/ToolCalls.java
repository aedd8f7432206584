package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.StreamFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Tool calls of chat.completions as function call items. Rare beside text, so trees are fine here. */
final class ToolCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ARGUMENTS_DONE = "response.function_call_arguments.done";

    private final StreamId stream;
    private final ResponseJson canonical;
    private final AgentListener listener;
    private final DeltaBatch deltas;
    private final Map<Integer, Call> calls = new TreeMap<>();

    private static final class Call {
        private final String itemId;
        private final int outputIndex;
        private final String callId;
        private final String name;
        private final StringBuilder arguments = new StringBuilder();

        Call(String itemId, int outputIndex, String callId, String name) {
            this.itemId = itemId;
            this.outputIndex = outputIndex;
            this.callId = callId;
            this.name = name;
        }
    }

    ToolCalls(StreamId stream, ResponseJson canonical, AgentListener listener, DeltaBatch deltas) {
        this.stream = stream;
        this.canonical = canonical;
        this.listener = listener;
        this.deltas = deltas;
    }

    /** Takes {@code delta.tool_calls}. */
    void add(ByteBuf array, int firstOutputIndex) {
        for (JsonNode part : read(array)) {
            int index = part.path("index").asInt();
            Call call = calls.get(index);
            if (call == null) {
                call = begin(index, firstOutputIndex, part);
                calls.put(index, call);
            }
            String arguments = part.path("function").path("arguments").asText();
            call.arguments.append(arguments);
            byte[] escaped = com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance()
                    .quoteAsUTF8(arguments);
            deltas.add(
                    EventTypes.ARGUMENTS_DELTA,
                    Unpooled.copiedBuffer(call.itemId, StandardCharsets.UTF_8),
                    call.outputIndex,
                    -1,
                    Unpooled.wrappedBuffer(escaped));
        }
    }

    /** Completes every item. */
    void close() {
        for (Call call : calls.values()) {
            ObjectNode done = event(ARGUMENTS_DONE, call);
            done.put("item_id", call.itemId).put("arguments", call.arguments.toString());
            send(ARGUMENTS_DONE, false, done);
            ObjectNode itemDone = event(EventTypes.ITEM_DONE, call);
            itemDone.set("item", item(call, "completed", call.arguments.toString()));
            send(EventTypes.ITEM_DONE, false, itemDone);
        }
    }

    private Call begin(int index, int firstOutputIndex, JsonNode part) {
        var call = new Call(
                "fc_" + stream + "_" + index,
                firstOutputIndex + index,
                part.path("id").asText("call_" + index),
                part.path("function").path("name").asText());
        ObjectNode added = event(EventTypes.ITEM_ADDED, call);
        added.set("item", item(call, "in_progress", ""));
        send(EventTypes.ITEM_ADDED, true, added);
        return call;
    }

    private static ObjectNode event(String type, Call call) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("output_index", call.outputIndex);
    }

    private static ObjectNode item(Call call, String status, String arguments) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", call.itemId)
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", call.callId)
                .put("name", call.name)
                .put("arguments", arguments);
    }

    private void send(String type, boolean commits, ObjectNode event) {
        deltas.flush();
        ByteBuf json = Unpooled.copiedBuffer(event.toString(), StandardCharsets.UTF_8);
        listener.event(type, commits, offset -> canonical
                .passthrough(offset, type, json, 0)
                .json());
    }

    private static JsonNode read(ByteBuf array) {
        try {
            return JSON.readTree(ByteBufUtil.getBytes(array));
        } catch (IOException e) {
            throw new StreamFormatException(StreamFormatException.Kind.MALFORMED_EVENT, "tool_calls is no array");
        }
    }
}
