package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/**
 * A Responses request as OpenClaw's strict schema takes it: unknown keys are refused there, and input items need a
 * {@code type}, which common SDKs leave out.
 */
final class ResponsesRequest {
    /**
     * Taken as they are. Not among them: {@code user} and {@code previous_response_id}, by which a caller could name
     * another conversation than its own; the session key header does that.
     */
    private static final List<String> KEPT = List.of(
            "input",
            "instructions",
            "tools",
            "tool_choice",
            "max_tool_calls",
            "temperature",
            "top_p",
            "store",
            "truncation");

    private static final Set<String> EFFORTS = Set.of("low", "medium", "high");

    private ResponsesRequest() {}

    static ObjectNode of(ObjectNode question, String model, long maxOutputTokens) {
        ObjectNode body = question.objectNode();
        body.put("model", model);
        for (String key : KEPT) {
            JsonNode value = question.get(key);
            if (value != null && !value.isNull()) {
                body.set(key, value);
            }
        }
        if (body.get("input") instanceof ArrayNode items) {
            body.set("input", typed(items));
        }
        copyMetadata(question.path("metadata"), body);
        copyReasoning(question.path("reasoning"), body);
        if ("text".equals(question.path("text").path("format").path("type").asText())) {
            body.putObject("text").putObject("format").put("type", "text");
        }
        if (maxOutputTokens != Long.MAX_VALUE) {
            body.put("max_output_tokens", maxOutputTokens);
        }
        body.put("stream", true);
        return body;
    }

    private static ArrayNode typed(ArrayNode items) {
        ArrayNode typed = items.arrayNode();
        for (JsonNode item : items) {
            if (item instanceof ObjectNode object && object.has("role") && !object.has("type")) {
                ObjectNode message = item.deepCopy();
                typed.add(message.put("type", "message"));
            } else {
                typed.add(item);
            }
        }
        return typed;
    }

    private static void copyMetadata(JsonNode metadata, ObjectNode body) {
        if (!metadata.isObject() || metadata.isEmpty()) {
            return;
        }
        ObjectNode strings = body.putObject("metadata");
        metadata.properties().forEach(e -> {
            if (e.getValue().isValueNode() && !e.getValue().isNull()) {
                strings.put(e.getKey(), e.getValue().asText());
            }
        });
    }

    private static void copyReasoning(JsonNode reasoning, ObjectNode body) {
        ObjectNode kept = body.objectNode();
        String effort = reasoning.path("effort").asText();
        if (EFFORTS.contains(effort)) {
            kept.put("effort", effort);
        } else if (effort.equals("minimal") || effort.equals("none")) {
            kept.put("effort", "low");
        } else if (effort.equals("xhigh")) {
            kept.put("effort", "high");
        }
        if (reasoning.path("summary").isTextual()) {
            kept.set("summary", reasoning.get("summary"));
        }
        if (!kept.isEmpty()) {
            body.set("reasoning", kept);
        }
    }
}
