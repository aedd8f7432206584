package io.weir.contracts.question;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** A chat.completions request in the words of Responses, the one form in which questions travel. Pure. */
public final class CompletionsRequest {
    private static final List<String> KEPT = List.of(
            "model", "temperature", "top_p", "parallel_tool_calls", "metadata", "store", "user", "conversation");
    private static final Map<String, String> ROLES =
            Map.of("system", "system", "developer", "developer", "user", "user", "assistant", "assistant");

    private CompletionsRequest() {}

    /**
     * The same question as a Responses request.
     *
     * @throws IllegalArgumentException if it is no question; the message names the member and is meant for the caller
     */
    public static ObjectNode asResponses(ObjectNode asked) {
        JsonNode messages = asked.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw new IllegalArgumentException("\"messages\" must be a list of messages.");
        }
        if (asked.path("n").asInt(1) != 1) {
            throw new IllegalArgumentException("\"n\" must be 1: one choice is offered.");
        }
        ObjectNode request = asked.objectNode();
        for (String key : KEPT) {
            JsonNode value = asked.get(key);
            if (value != null && !value.isNull()) {
                request.set(key, value);
            }
        }
        ArrayNode input = request.putArray("input");
        messages.forEach(message -> add(message, input));
        limit(asked, request);
        tools(asked, request);
        format(asked.path("response_format"), request);
        if (asked.path("reasoning_effort").isTextual()) {
            request.putObject("reasoning").set("effort", asked.get("reasoning_effort"));
        }
        request.set("stream", asked.path("stream"));
        return request;
    }

    private static void limit(ObjectNode asked, ObjectNode request) {
        JsonNode limit = asked.hasNonNull("max_completion_tokens")
                ? asked.get("max_completion_tokens")
                : asked.path("max_tokens");
        if (!limit.isMissingNode() && !limit.isNull()) {
            request.set("max_output_tokens", limit);
        }
    }

    private static void add(JsonNode message, ArrayNode input) {
        String role = message.path("role").asText();
        JsonNode content = message.path("content");
        if (role.equals("tool")) {
            input.addObject()
                    .put("type", "function_call_output")
                    .put("call_id", message.path("tool_call_id").asText())
                    .put("output", text(content));
            return;
        }
        String known = ROLES.get(role);
        if (known == null) {
            throw new IllegalArgumentException("A message has an unknown \"role\".");
        }
        boolean spoken = content.isTextual() || content.isArray();
        if (!spoken && !message.path("tool_calls").isArray()) {
            throw new IllegalArgumentException("A message has no \"content\".");
        }
        if (spoken) {
            input.addObject()
                    .put("type", "message")
                    .put("role", known)
                    .set("content", content.isTextual() ? content : parts(content, known, input));
        }
        for (JsonNode call : message.path("tool_calls")) {
            input.addObject()
                    .put("type", "function_call")
                    .put("call_id", call.path("id").asText())
                    .put("name", call.path("function").path("name").asText())
                    .put("arguments", call.path("function").path("arguments").asText());
        }
    }

    private static ArrayNode parts(JsonNode content, String role, ArrayNode factory) {
        ArrayNode parts = factory.arrayNode();
        for (JsonNode part : content) {
            switch (part.path("type").asText()) {
                case "text" ->
                    parts.addObject()
                            .put("type", role.equals("assistant") ? "output_text" : "input_text")
                            .put("text", part.path("text").asText());
                case "refusal" ->
                    parts.addObject()
                            .put("type", "refusal")
                            .put("refusal", part.path("refusal").asText());
                case "image_url" ->
                    parts.addObject()
                            .put("type", "input_image")
                            .put("image_url", part.path("image_url").path("url").asText());
                case "file" -> {
                    ObjectNode file = parts.addObject().put("type", "input_file");
                    part.path("file").properties().forEach(member -> file.set(member.getKey(), member.getValue()));
                }
                default -> throw new IllegalArgumentException("A message has a part of an unknown \"type\".");
            }
        }
        return parts;
    }

    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText()));
        return text.toString();
    }

    private static void tools(ObjectNode asked, ObjectNode request) {
        ArrayNode tools = request.arrayNode();
        for (JsonNode tool : asked.path("tools")) {
            if (tool.path("function") instanceof ObjectNode function) {
                ObjectNode flat = function.deepCopy();
                tools.add(flat.put("type", "function"));
            }
        }
        if (!tools.isEmpty()) {
            request.set("tools", tools);
        }
        JsonNode choice = asked.path("tool_choice");
        if (choice.isTextual()) {
            request.set("tool_choice", choice);
        } else if (choice.path("function").path("name").isTextual()) {
            request.putObject("tool_choice")
                    .put("type", "function")
                    .set("name", choice.path("function").get("name"));
        }
    }

    private static void format(JsonNode format, ObjectNode request) {
        if (!format.isObject()) {
            return;
        }
        ObjectNode put = request.putObject("text").putObject("format");
        put.set("type", format.path("type"));
        format.path("json_schema").properties().forEach(member -> put.set(member.getKey(), member.getValue()));
    }
}
