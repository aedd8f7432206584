package io.weir.local.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The chat.completions dialect: plain {@code data:} chunks, a failure as {@code {"error":…}}, {@code [DONE]} last. */
final class ChatWire implements AgentWire {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String model;
    private final boolean includeUsage;
    private final String id = "chatcmpl_" + UUID.randomUUID();
    private final long created;

    ChatWire(String model, boolean includeUsage, InstantSource clock) {
        this.model = model;
        this.includeUsage = includeUsage;
        this.created = clock.instant().getEpochSecond();
    }

    @Override
    public String begin() {
        return data(chunk(JSON.createObjectNode().put("role", "assistant"), null));
    }

    @Override
    public String delta(String text) {
        return data(chunk(JSON.createObjectNode().put("content", text), null));
    }

    @Override
    public String usageSoFar(AgentUsage usage) {
        return includeUsage ? data(usageChunk(usage)) : "";
    }

    @Override
    public String end(String text, AgentUsage usage, boolean cut) {
        String last = data(chunk(JSON.createObjectNode(), cut ? "length" : "stop"));
        return last + (includeUsage ? data(usageChunk(usage)) : "") + "data: [DONE]\n\n";
    }

    @Override
    public String fail(String text, AgentUsage usage) {
        ObjectNode failure = JSON.createObjectNode();
        failure.putObject("error").put("message", "internal error").put("type", "api_error");
        return data(failure) + "data: [DONE]\n\n";
    }

    @Override
    public String whole(String text, AgentUsage usage, boolean cut) {
        ObjectNode whole = envelope("chat.completion");
        ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", text);
        choice.put("finish_reason", cut ? "length" : "stop");
        whole.set("usage", usage(usage));
        return whole.toString();
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode chunk = envelope("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finishReason);
        return chunk;
    }

    private ObjectNode usageChunk(AgentUsage usage) {
        ObjectNode chunk = envelope("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", usage(usage));
        return chunk;
    }

    private static ObjectNode usage(AgentUsage usage) {
        return JSON.createObjectNode()
                .put("prompt_tokens", usage.input())
                .put("completion_tokens", usage.output())
                .put("total_tokens", usage.input() + usage.output());
    }

    private ObjectNode envelope(String object) {
        return JSON.createObjectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private static String data(ObjectNode body) {
        return "data: " + body + "\n\n";
    }
}
