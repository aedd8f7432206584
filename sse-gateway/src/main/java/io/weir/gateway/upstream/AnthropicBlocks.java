package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Open content blocks of an Anthropic message, as output items. */
final class AnthropicBlocks {
    private static final String REASONING_DONE = "response.reasoning_text.done";

    private final StreamId stream;
    private final ResponseJson canonical;
    private final AgentListener listener;
    private final OwnWords words;
    private final DeltaBatch deltas;
    private final Map<Integer, Block> open = new TreeMap<>();
    private final JsonSlices block = new JsonSlices("type", "text", "id", "name", "thinking");
    private final JsonSlices delta = new JsonSlices("type", "text", "thinking", "partial_json");

    private sealed interface Block {
        record Text(MessageItem item) implements Block {}

        record Thinking(String itemId, ByteBuf id, ByteBuf text) implements Block {}

        record Call(FunctionCall call) implements Block {}

        /** Only the agent knows what it is. */
        record Other() implements Block {}
    }

    AnthropicBlocks(
            StreamId stream, ResponseJson canonical, AgentListener listener, OwnWords words, DeltaBatch deltas) {
        this.stream = stream;
        this.canonical = canonical;
        this.listener = listener;
        this.words = words;
        this.deltas = deltas;
    }

    /** {@code content_block_start}. */
    void start(int index, ByteBuf described, ByteBuf event) {
        block.scan(described);
        Block begun =
                switch (block.string(0, "")) {
                    case "text" -> text(index);
                    case "thinking" -> thinking(index);
                    case "tool_use" -> call(index);
                    default -> new Block.Other();
                };
        open.put(index, begun);
        switch (begun) {
            case Block.Text(var item) -> item.say(EventTypes.TEXT_DELTA, block.text(1));
            case Block.Thinking thinking -> {
                ObjectNode added = event(EventTypes.ITEM_ADDED, index);
                added.set("item", reasoning(thinking.itemId(), "in_progress", null));
                words.made(EventTypes.ITEM_ADDED, true, added);
                think(index, thinking, block.text(4));
            }
            case Block.Call(var call) -> call.begin();
            case Block.Other _ -> words.verbatim("content_block_start", true, event);
        }
    }

    /** {@code content_block_delta}. */
    void delta(int index, ByteBuf described, ByteBuf event) {
        delta.scan(described);
        Block into = open.get(index);
        if (into == null && delta.is(0, "text_delta")) {
            into = text(index);
            open.put(index, into);
        }
        switch (into) {
            case Block.Text(var item) when delta.is(0, "text_delta") -> item.say(EventTypes.TEXT_DELTA, delta.text(1));
            case Block.Thinking thinking when delta.is(0, "thinking_delta") -> think(index, thinking, delta.text(2));
            case Block.Call(var call) when delta.is(0, "input_json_delta") -> call.arguments(delta.text(3));
            case null, default -> words.verbatim("content_block_delta", false, event);
        }
    }

    /** {@code content_block_stop}. */
    void stop(int index, ByteBuf event) {
        Block ended = open.remove(index);
        if (ended instanceof Block.Other) {
            words.verbatim("content_block_stop", false, event);
        } else if (ended != null) {
            close(index, ended);
        }
    }

    /** The message is over: so is every block that nobody has closed. */
    void closeAll() {
        open.forEach(this::close);
        open.clear();
    }

    private void close(int index, Block ended) {
        switch (ended) {
            case Block.Text(var item) -> item.close();
            case Block.Call(var call) -> call.close();
            case Block.Thinking thinking -> {
                String whole = JsonText.unescape(thinking.text());
                ObjectNode done = event(REASONING_DONE, index);
                done.put("item_id", thinking.itemId()).put("content_index", 0).put("text", whole);
                words.made(REASONING_DONE, false, done);
                ObjectNode itemDone = event(EventTypes.ITEM_DONE, index);
                itemDone.set("item", reasoning(thinking.itemId(), "completed", whole));
                words.made(EventTypes.ITEM_DONE, false, itemDone);
            }
            case Block.Other _ -> {
                // It has had its own words.
            }
        }
    }

    private Block text(int index) {
        var place = new Place("msg_" + stream + "_" + index, index, 0);
        return new Block.Text(new MessageItem(place, canonical, listener, deltas));
    }

    private Block thinking(int index) {
        String itemId = "rs_" + stream + "_" + index;
        return new Block.Thinking(itemId, Unpooled.copiedBuffer(itemId, StandardCharsets.UTF_8), Unpooled.buffer());
    }

    private Block call(int index) {
        return new Block.Call(new FunctionCall(
                "fc_" + stream + "_" + index,
                index,
                block.string(2, "call_" + index),
                block.string(3, ""),
                words,
                deltas));
    }

    private void think(int index, Block.Thinking thinking, ByteBuf thought) {
        thinking.text().writeBytes(thought, thought.readerIndex(), thought.readableBytes());
        deltas.add(EventTypes.REASONING_DELTA, thinking.id(), index, 0, thought);
    }

    private static ObjectNode event(String type, int index) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("output_index", index);
    }

    private static ObjectNode reasoning(String itemId, String status, @Nullable String text) {
        ObjectNode item = JsonNodeFactory.instance
                .objectNode()
                .put("id", itemId)
                .put("type", "reasoning")
                .put("status", status);
        item.putArray("summary");
        var content = item.putArray("content");
        if (text != null) {
            content.addObject().put("type", "reasoning_text").put("text", text);
        }
        return item;
    }
}
