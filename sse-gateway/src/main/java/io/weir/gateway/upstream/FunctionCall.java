package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.streams.json.JsonText;
import java.nio.charset.StandardCharsets;

/** One function call item of an answer. Rare beside text, so trees are fine at its ends. */
final class FunctionCall {
    private static final String ARGUMENTS_DONE = "response.function_call_arguments.done";

    private final String itemId;
    private final int outputIndex;
    private final String callId;
    private final String name;
    private final ByteBuf item;
    private final ByteBuf arguments = Unpooled.buffer();
    private final OwnWords words;
    private final DeltaBatch deltas;

    FunctionCall(String itemId, int outputIndex, String callId, String name, OwnWords words, DeltaBatch deltas) {
        this.itemId = itemId;
        this.outputIndex = outputIndex;
        this.callId = callId;
        this.name = name;
        this.item = Unpooled.copiedBuffer(itemId, StandardCharsets.UTF_8);
        this.words = words;
        this.deltas = deltas;
    }

    /** Says that the item begins. */
    void begin() {
        ObjectNode added = event(EventTypes.ITEM_ADDED);
        added.set("item", item("in_progress", ""));
        words.made(EventTypes.ITEM_ADDED, true, added);
    }

    /** More of the arguments, escaped. */
    void arguments(ByteBuf escaped) {
        arguments.writeBytes(escaped, escaped.readerIndex(), escaped.readableBytes());
        deltas.add(EventTypes.ARGUMENTS_DELTA, item, outputIndex, -1, escaped);
    }

    /** Says that the item is complete; a call without arguments has an empty object of them. */
    void close() {
        if (!arguments.isReadable()) {
            arguments(Unpooled.copiedBuffer("{}", StandardCharsets.US_ASCII));
        }
        String whole = JsonText.unescape(arguments);
        ObjectNode done = event(ARGUMENTS_DONE);
        done.put("item_id", itemId).put("name", name).put("arguments", whole);
        words.made(ARGUMENTS_DONE, false, done);
        ObjectNode itemDone = event(EventTypes.ITEM_DONE);
        itemDone.set("item", item("completed", whole));
        words.made(EventTypes.ITEM_DONE, false, itemDone);
    }

    private ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("output_index", outputIndex);
    }

    private ObjectNode item(String status, String said) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", itemId)
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", callId)
                .put("name", name)
                .put("arguments", said);
    }
}
