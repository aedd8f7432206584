package io.weir.gateway.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A Responses request in the words of Anthropic's Messages API, where a limit of tokens is required. */
final class AnthropicRequest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MAX_TOKENS = 4096;

    private AnthropicRequest() {}

    static ObjectNode of(ObjectNode question, String model, long maxOutputTokens) {
        ObjectNode body = question.objectNode();
        body.put("model", model).put("max_tokens", maxOutputTokens == Long.MAX_VALUE ? MAX_TOKENS : maxOutputTokens);
        ArrayNode messages = body.arrayNode();
        var system = new StringBuilder(question.path("instructions").asText(""));
        JsonNode input = question.path("input");
        if (input.isTextual()) {
            message(messages, "user").set("content", input);
        } else {
            input.forEach(item -> add(item, messages, system));
        }
        if (!system.isEmpty()) {
            body.put("system", system.toString());
        }
        body.set("messages", messages);
        for (String key : new String[] {"temperature", "top_p"}) {
            if (question.path(key).isNumber()) {
                body.set(key, question.get(key));
            }
        }
        addTools(question, body);
        return body.put("stream", true);
    }

    private static void add(JsonNode item, ArrayNode messages, StringBuilder system) {
        switch (item.path("type").asText("message")) {
            case "function_call" -> {
                ObjectNode use = block(messages, "assistant", "tool_use");
                use.put("id", item.path("call_id").asText())
                        .put("name", item.path("name").asText());
                use.set("input", arguments(item.path("arguments").asText(), messages));
            }
            case "function_call_output" -> {
                JsonNode output = item.path("output");
                block(messages, "user", "tool_result")
                        .put("tool_use_id", item.path("call_id").asText())
                        .put("content", output.isTextual() ? output.textValue() : output.toString());
            }
            case "message" -> {
                String role = item.path("role").asText("user");
                if (role.equals("user") || role.equals("assistant")) {
                    message(messages, role).set("content", content(item.path("content"), messages));
                } else {
                    system.append(system.isEmpty() ? "" : "\n\n").append(text(item.path("content")));
                }
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
        ArrayNode blocks = factory.arrayNode();
        for (JsonNode part : content) {
            if (part.path("text").isTextual()) {
                blocks.addObject().put("type", "text").set("text", part.get("text"));
            } else if (part.path("image_url").isTextual()) {
                image(part.path("image_url").textValue(), blocks.addObject().put("type", "image"));
            }
        }
        return blocks;
    }

    private static void image(String url, ObjectNode image) {
        ObjectNode source = image.putObject("source");
        int comma = url.indexOf(";base64,");
        if (url.startsWith("data:") && comma > 0) {
            source.put("type", "base64")
                    .put("media_type", url.substring("data:".length(), comma))
                    .put("data", url.substring(comma + ";base64,".length()));
        } else {
            source.put("type", "url").put("url", url);
        }
    }

    private static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        var text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asText(""));
        }
        return text.toString();
    }

    private static JsonNode arguments(String text, ArrayNode factory) {
        try {
            JsonNode read = JSON.readTree(text);
            return read instanceof ObjectNode ? read : factory.objectNode();
        } catch (JsonProcessingException e) {
            return factory.objectNode();
        }
    }

    private static void addTools(ObjectNode question, ObjectNode body) {
        ArrayNode tools = body.arrayNode();
        for (JsonNode tool : question.path("tools")) {
            if ("function".equals(tool.path("type").asText())) {
                ObjectNode taken = tools.addObject();
                taken.set("name", tool.path("name"));
                if (tool.path("description").isTextual()) {
                    taken.set("description", tool.get("description"));
                }
                JsonNode schema = tool.path("parameters");
                taken.set("input_schema", schema.isObject() ? schema : emptySchema(body));
            }
        }
        if (tools.isEmpty()) {
            return;
        }
        body.set("tools", tools);
        JsonNode choice = question.path("tool_choice");
        switch (choice.isTextual() ? choice.textValue() : choice.path("type").asText()) {
            case "required" -> body.putObject("tool_choice").put("type", "any");
            case "none" -> body.putObject("tool_choice").put("type", "none");
            case "function" -> body.putObject("tool_choice").put("type", "tool").set("name", choice.path("name"));
            default -> {
                // "auto" is what stands without it.
            }
        }
    }

    private static ObjectNode emptySchema(ObjectNode factory) {
        ObjectNode schema = factory.objectNode().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private static ObjectNode block(ArrayNode messages, String role, String type) {
        return message(messages, role).putArray("content").addObject().put("type", type);
    }

    private static ObjectNode message(ArrayNode messages, String role) {
        return messages.addObject().put("role", role);
    }
}
