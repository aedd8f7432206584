package io.weir.local.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that passed the checks which OpenClaw makes before it starts an answer.
 *
 * @param model as asked for
 * @param input everything that counts as input, for the token count
 * @param message the last user message
 * @param stream whether the caller wants events
 * @param maxOutputTokens where the answer must stop; 0 for no limit
 * @param includeUsage chat.completions: whether a usage chunk is wanted
 */
record AgentRequest(
        String model, String input, String message, boolean stream, int maxOutputTokens, boolean includeUsage) {
    private static final Set<String> RESPONSES_KEYS = Set.of(
            "model",
            "input",
            "instructions",
            "tools",
            "tool_choice",
            "text",
            "stream",
            "max_output_tokens",
            "max_tool_calls",
            "user",
            "temperature",
            "top_p",
            "metadata",
            "store",
            "previous_response_id",
            "reasoning",
            "truncation");
    private static final Set<String> ITEM_TYPES =
            Set.of("message", "function_call", "function_call_output", "reasoning", "item_reference");
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
    private static final Set<String> EFFORTS = Set.of("low", "medium", "high");

    /** A request that is refused with status 400 before any event. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Checks a body of {@code POST /v1/responses}: a strict schema, in which every unknown key is an error. */
    static AgentRequest ofResponses(JsonNode body) throws Refused {
        for (var key : body.properties()) {
            if (!RESPONSES_KEYS.contains(key.getKey())) {
                throw new Refused("Unrecognized key: \"" + key.getKey() + "\"");
            }
        }
        String model = model(body);
        checkDetails(body);
        var texts = new Texts();
        texts.add(body.path("instructions").asText(""), false);
        JsonNode input = body.path("input");
        if (input.isTextual()) {
            texts.add(input.textValue(), true);
        } else if (input.isArray()) {
            for (JsonNode item : input) {
                readItem(item, texts);
            }
        } else {
            throw new Refused("input: Invalid input");
        }
        if (texts.message.isBlank()) {
            throw new Refused("Missing user message in `input`.");
        }
        return new AgentRequest(
                model,
                texts.all.toString(),
                texts.message,
                body.path("stream").asBoolean(false),
                positive(body, "max_output_tokens"),
                true);
    }

    /** Checks a body of {@code POST /v1/chat/completions}; unknown keys are let through there. */
    static AgentRequest ofChat(JsonNode body) throws Refused {
        String model = model(body);
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw new Refused("messages: Invalid input");
        }
        var texts = new Texts();
        for (JsonNode message : messages) {
            readMessage(message, texts);
        }
        if (texts.message.isBlank()) {
            throw new Refused("Missing user message in `messages`.");
        }
        int limit = positive(body, "max_completion_tokens");
        return new AgentRequest(
                model,
                texts.all.toString(),
                texts.message,
                body.path("stream").asBoolean(false),
                limit > 0 ? limit : positive(body, "max_tokens"),
                body.path("stream_options").path("include_usage").asBoolean(false));
    }

    /** Checks a body of {@code POST /v1/messages}; its version header and its token limit are required. */
    static AgentRequest ofAnthropic(JsonNode body, @Nullable String version) throws Refused {
        if (version == null) {
            throw new Refused("anthropic-version: header is required");
        }
        if (!body.path("model").isTextual() || body.path("model").textValue().isBlank()) {
            throw new Refused("model: Field required");
        }
        int limit = positive(body, "max_tokens");
        if (limit == 0) {
            throw new Refused("max_tokens: Field required");
        }
        var texts = new Texts();
        texts.add(body.path("system").asText(""), false);
        for (JsonNode message : body.path("messages")) {
            readMessage(message, texts);
        }
        if (texts.message.isBlank()) {
            throw new Refused("messages: at least one message is required");
        }
        return new AgentRequest(
                body.path("model").textValue(),
                texts.all.toString(),
                texts.message,
                body.path("stream").asBoolean(false),
                limit,
                true);
    }

    /** Takes a body of the simple endpoints: {@code message}, or {@code prompt} for chunks. They always stream. */
    static AgentRequest ofPlain(JsonNode body, Spoken dialect) throws Refused {
        String member = dialect == Spoken.CHUNK ? "prompt" : "message";
        String message = body.path(member).asText("");
        if (message.isBlank()) {
            throw new Refused(member + " is required");
        }
        return new AgentRequest("plain", message, message, true, positive(body, "maxOutputTokens"), true);
    }

    private static String model(JsonNode body) throws Refused {
        if (!body.path("model").isTextual()) {
            throw new Refused("model: Invalid input: expected string, received undefined");
        }
        String model = body.path("model").textValue();
        if (!model.equals("openclaw") && !model.matches("(openclaw[/:]|agent:)[A-Za-z0-9_-]{1,64}")) {
            throw new Refused("Invalid `model`. Use `openclaw` or `openclaw/<agentId>`.");
        }
        return model;
    }

    private static void checkDetails(JsonNode body) throws Refused {
        JsonNode effort = body.path("reasoning").path("effort");
        if (!effort.isMissingNode() && !EFFORTS.contains(effort.asText())) {
            throw new Refused("reasoning.effort: Invalid option: expected one of \"low\"|\"medium\"|\"high\"");
        }
        JsonNode text = body.path("text");
        if (!text.isMissingNode()
                && !(text.size() == 1
                        && text.path("format").path("type").asText().equals("text"))) {
            throw new Refused("text: Invalid input");
        }
        JsonNode metadata = body.path("metadata");
        if (!metadata.isMissingNode() && !metadata.isObject()) {
            throw new Refused("metadata: Invalid input");
        }
        for (JsonNode value : metadata) {
            if (!value.isTextual()) {
                throw new Refused("metadata: Invalid input: expected string");
            }
        }
        JsonNode stream = body.path("stream");
        if (!stream.isMissingNode() && !stream.isBoolean()) {
            throw new Refused("stream: Invalid input: expected boolean");
        }
    }

    private static void readItem(JsonNode item, Texts texts) throws Refused {
        // Items without a type are what many SDKs send, and what OpenClaw refuses.
        if (!ITEM_TYPES.contains(item.path("type").asText(""))) {
            throw new Refused("input: Invalid input");
        }
        if (item.path("type").textValue().equals("message")) {
            readMessage(item, texts);
        }
    }

    private static void readMessage(JsonNode message, Texts texts) throws Refused {
        String role = message.path("role").asText("");
        if (!ROLES.contains(role) && !role.equals("tool")) {
            throw new Refused("input: Invalid input");
        }
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            texts.add(content.textValue(), role.equals("user"));
            return;
        }
        if (!content.isArray()) {
            throw new Refused("input: Invalid input");
        }
        var joined = new StringBuilder();
        for (JsonNode part : content) {
            joined.append(part.path("text").asText(""));
        }
        texts.add(joined.toString(), role.equals("user"));
    }

    private static int positive(JsonNode body, String key) throws Refused {
        JsonNode value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isInt() || value.intValue() < 1) {
            throw new Refused(key + ": Too small: expected number to be >0");
        }
        return value.intValue();
    }

    /**
     * The session key header, checked.
     *
     * @throws Refused when it begins with a prefix that OpenClaw keeps for itself
     */
    static void checkSessionKey(@Nullable String key) throws Refused {
        if (key != null && key.matches("(subagent|cron|acp):.*")) {
            throw new Refused("Invalid `x-openclaw-session-key`: reserved prefix.");
        }
    }

    private static final class Texts {
        private final StringBuilder all = new StringBuilder();
        private String message = "";

        private void add(String text, boolean fromUser) {
            all.append(text).append('\n');
            if (fromUser) {
                message = text;
            }
        }
    }
}
