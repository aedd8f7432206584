package io.weir.local.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/**
 * Anthropic's Messages stream: the input side of the usage first, a placeholder for the output, a {@code ping}, the output
 * cumulative in two pieces, no {@code [DONE]}.
 */
final class AnthropicWire implements AgentWire {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String model;
    private final long inputTokens;
    private final String id = "msg_" + UUID.randomUUID();

    AnthropicWire(String model, long inputTokens) {
        this.model = model;
        this.inputTokens = inputTokens;
    }

    @Override
    public String begin() {
        ObjectNode start = typed("message_start");
        ObjectNode message = start.putObject("message")
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model);
        message.putArray("content");
        message.putObject("usage").put("input_tokens", inputTokens).put("output_tokens", 1);
        ObjectNode block = typed("content_block_start").put("index", 0);
        block.putObject("content_block").put("type", "text").put("text", "");
        return event(start) + event(block) + event(typed("ping"));
    }

    @Override
    public String delta(String text) {
        ObjectNode delta = typed("content_block_delta").put("index", 0);
        delta.putObject("delta").put("type", "text_delta").put("text", text);
        return event(delta);
    }

    @Override
    public String usageSoFar(AgentUsage usage) {
        ObjectNode delta = typed("message_delta");
        delta.putObject("delta");
        delta.putObject("usage").put("output_tokens", usage.output());
        return event(delta);
    }

    @Override
    public String end(String text, AgentUsage usage, boolean cut) {
        return event(typed("content_block_stop").put("index", 0))
                + event(messageDelta(new AgentUsage(usage.input(), usage.output() / 2), cut))
                + event(messageDelta(usage, cut))
                + event(typed("message_stop"));
    }

    @Override
    public String fail(String text, AgentUsage usage) {
        ObjectNode failure = typed("error");
        failure.putObject("error").put("type", "api_error").put("message", "internal error");
        return event(failure);
    }

    @Override
    public String whole(String text, AgentUsage usage, boolean cut) {
        ObjectNode whole = JSON.createObjectNode()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model)
                .put("stop_reason", reason(cut));
        whole.putArray("content").addObject().put("type", "text").put("text", text);
        whole.putObject("usage").put("input_tokens", usage.input()).put("output_tokens", usage.output());
        return whole.toString();
    }

    private static ObjectNode messageDelta(AgentUsage usage, boolean cut) {
        ObjectNode delta = typed("message_delta");
        delta.putObject("delta").put("stop_reason", reason(cut)).putNull("stop_sequence");
        delta.putObject("usage").put("input_tokens", usage.input()).put("output_tokens", usage.output());
        return delta;
    }

    private static String reason(boolean cut) {
        return cut ? "max_tokens" : "end_turn";
    }

    private static ObjectNode typed(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static String event(ObjectNode event) {
        return "event: " + event.get("type").textValue() + "\ndata: " + event + "\n\n";
    }
}
