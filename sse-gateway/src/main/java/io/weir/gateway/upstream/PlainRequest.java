package io.weir.gateway.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the simple dialects are asked. Our own two endpoints name the question {@code message} and {@code prompt}; an agent
 * takes the one it knows. The whole input is there, too, for those that keep no history.
 */
final class PlainRequest {
    private PlainRequest() {}

    static ObjectNode of(Question question, String model, String sessionKey, long maxOutputTokens) {
        ObjectNode asked = question.body();
        ObjectNode body = asked.objectNode();
        String text = question.lastUserText().orElse("");
        body.put("sessionId", sessionKey).put("message", text).put("prompt", text);
        if (asked.path("input").isArray()) {
            body.set("input", asked.get("input"));
        }
        if (asked.path("instructions").isTextual()) {
            body.set("instructions", asked.get("instructions"));
        }
        if (!model.isEmpty()) {
            body.put("model", model);
        }
        if (maxOutputTokens != Long.MAX_VALUE) {
            body.put("maxOutputTokens", maxOutputTokens);
        }
        return body.put("stream", true);
    }
}
