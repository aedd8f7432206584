package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A Responses request in the words of chat.completions, with the usage chunk asked for. */
final class ChatRequest {
    private static final List<String> KEPT = List.of("temperature", "top_p", "parallel_tool_calls", "tool_choice");

    private ChatRequest() {}

    static ObjectNode of(ObjectNode question, String model, long maxOutputTokens) {
        ObjectNode body = question.objectNode();
        body.put("model", model);
        ArrayNode messages = body.putArray("messages");
        if (question.path("instructions").isTextual()) {
            message(messages, "system").set("content", question.get("instructions"));
        }
        JsonNode input = question.path("input");
        if (input.isTextual()) {
            message(messages, "user").set("content", input);
        } else {
            input.forEach(item -> addItem(messages, item));
        }
        for (String key : KEPT) {
            if (question.path(key).isValueNode() && !question.path(key).isNull()) {
                body.set(key, question.get(key));
            }
        }
        addTools(question.path("tools"), body);
        if (maxOutputTokens != Long.MAX_VALUE) {
            body.put("max_tokens", maxOutputTokens);
        }
        body.put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        return body;
    }

    private static void addItem(ArrayNode messages, JsonNode item) {
        switch (item.path("type").asText("message")) {
            case "function_call" -> {
                ObjectNode call =
                        message(messages, "assistant").putArray("tool_calls").addObject();
                call.put("id", item.path("call_id").asText()).put("type", "function");
                call.putObject("function")
                        .put("name", item.path("name").asText())
                        .put("arguments", item.path("arguments").asText());
            }
            case "function_call_output" -> {
                JsonNode output = item.path("output");
                message(messages, "tool")
                        .put("tool_call_id", item.path("call_id").asText())
                        .put("content", output.isTextual() ? output.textValue() : output.toString());
            }
            case "message" -> {
                String role = item.path("role").asText("user");
                message(messages, role.equals("developer") ? "system" : role)
                        .set("content", content(item.path("content"), messages));
            }
            default -> {
                // Reasoning and built-in tool items have no counterpart.
            }
        }
    }

    private static JsonNode content(JsonNode content, ArrayNode factory) {
        if (!content.isArray()) {
            return content;
        }
        ArrayNode parts = factory.arrayNode();
        for (JsonNode part : content) {
            if (part.path("text").isTextual()) {
                parts.addObject().put("type", "text").set("text", part.get("text"));
            } else if (part.path("image_url").isTextual()) {
                ObjectNode image = parts.addObject().put("type", "image_url");
                image.putObject("image_url").set("url", part.get("image_url"));
            }
        }
        boolean oneText = parts.size() == 1 && parts.get(0).has("text");
        return oneText ? parts.get(0).get("text") : parts;
    }

    private static void addTools(JsonNode tools, ObjectNode body) {
        ArrayNode functions = body.arrayNode();
        for (JsonNode tool : tools) {
            if (tool instanceof ObjectNode object
                    && "function".equals(tool.path("type").asText())) {
                ObjectNode function = object.deepCopy();
                function.remove("type");
                functions.addObject().put("type", "function").set("function", function);
            }
        }
        if (!functions.isEmpty()) {
            body.set("tools", functions);
        }
    }

    private static ObjectNode message(ArrayNode messages, String role) {
        return messages.addObject().put("role", role);
    }
}
