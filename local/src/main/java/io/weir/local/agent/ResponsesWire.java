package io.weir.local.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.UUID;

/**
 * The Responses dialect with OpenClaw's omissions: no {@code sequence_number}, no {@code id:}, no {@code logprobs} or
 * {@code annotations}, zeros as usage until the end, {@code [DONE]} after the terminal event.
 */
final class ResponsesWire implements AgentWire {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String model;
    private final String responseId = "resp_" + UUID.randomUUID();
    private final String itemId = "msg_" + UUID.randomUUID();
    private final long createdAt;

    ResponsesWire(String model, InstantSource clock) {
        this.model = model;
        this.createdAt = clock.instant().getEpochSecond();
    }

    @Override
    public String begin() {
        ObjectNode added = typed("response.output_item.added").put("output_index", 0);
        added.set("item", item("in_progress", ""));
        ObjectNode part = place("response.content_part.added");
        part.set("part", part(""));
        return event(withResponse("response.created", "in_progress", "", AgentUsage.ZERO))
                + event(withResponse("response.in_progress", "in_progress", "", AgentUsage.ZERO))
                + event(added)
                + event(part);
    }

    @Override
    public String delta(String text) {
        return event(place("response.output_text.delta").put("delta", text));
    }

    @Override
    public String end(String text, AgentUsage usage, boolean cut) {
        ObjectNode part = place("response.content_part.done");
        part.set("part", part(text));
        ObjectNode done = typed("response.output_item.done").put("output_index", 0);
        done.set("item", item(cut ? "incomplete" : "completed", text));
        return event(place("response.output_text.done").put("text", text)) + event(part) + event(done)
                + event(terminal(text, usage, cut))
                + "data: [DONE]\n\n";
    }

    private ObjectNode terminal(String text, AgentUsage usage, boolean cut) {
        if (!cut) {
            return withResponse("response.completed", "completed", text, usage);
        }
        ObjectNode incomplete = withResponse("response.incomplete", "incomplete", text, usage);
        incomplete.withObject("/response/incomplete_details").put("reason", "max_output_tokens");
        return incomplete;
    }

    @Override
    public String fail(String text, AgentUsage usage) {
        ObjectNode failed = withResponse("response.failed", "failed", text, usage);
        failed.withObject("/response/error").put("code", "api_error").put("message", "internal error");
        return event(failed) + "data: [DONE]\n\n";
    }

    @Override
    public String whole(String text, AgentUsage usage, boolean cut) {
        return terminal(text, usage, cut).get("response").toString();
    }

    private ObjectNode withResponse(String type, String status, String text, AgentUsage usage) {
        ObjectNode event = typed(type);
        ObjectNode response = event.putObject("response")
                .put("id", responseId)
                .put("object", "response")
                .put("created_at", createdAt)
                .put("status", status)
                .put("model", model);
        var output = response.putArray("output");
        if (!text.isEmpty()) {
            output.add(item(status.equals("completed") ? "completed" : "incomplete", text));
        }
        response.set("usage", usage(usage));
        return event;
    }

    private ObjectNode usage(AgentUsage usage) {
        ObjectNode node = JSON.createObjectNode().put("input_tokens", usage.input());
        if (usage.output() > 0) {
            node.putObject("input_tokens_details").put("cached_tokens", 0).put("cache_write_tokens", 0);
        }
        node.put("output_tokens", usage.output());
        if (usage.output() > 0) {
            node.putObject("output_tokens_details").put("reasoning_tokens", 0);
        }
        return node.put("total_tokens", usage.input() + usage.output());
    }

    private ObjectNode item(String status, String text) {
        ObjectNode item =
                JSON.createObjectNode().put("type", "message").put("id", itemId).put("role", "assistant");
        var content = item.putArray("content");
        if (!text.isEmpty()) {
            content.add(part(text));
        }
        return item.put("phase", "final_answer").put("status", status);
    }

    private static ObjectNode part(String text) {
        return JSON.createObjectNode().put("type", "output_text").put("text", text);
    }

    private ObjectNode place(String type) {
        return typed(type).put("item_id", itemId).put("output_index", 0).put("content_index", 0);
    }

    private static ObjectNode typed(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static String event(ObjectNode event) {
        return "event: " + event.get("type").textValue() + "\ndata: " + event + "\n\n";
    }
}
