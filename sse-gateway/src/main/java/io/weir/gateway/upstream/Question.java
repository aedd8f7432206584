package io.weir.gateway.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The caller's request, a Responses body. A tree, once a stream.
 *
 * @param body the JSON object
 */
public record Question(ObjectNode body) {
    private static final String MACHINE = "weir_machine";

    /** Reads a request body; empty if it is no JSON object with an {@code input}. */
    public static Optional<Question> read(ObjectMapper json, byte[] bytes) {
        try {
            return of(json.readTree(bytes));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("reading an array cannot fail", e);
        }
    }

    /** A request body that is parsed already; empty if it is no JSON object with an {@code input}. */
    public static Optional<Question> of(JsonNode tree) {
        boolean sound = tree instanceof ObjectNode && isInput(tree.path("input"));
        return sound ? Optional.of(new Question((ObjectNode) tree)) : Optional.empty();
    }

    private static boolean isInput(JsonNode input) {
        return (input.isTextual() && !input.textValue().isEmpty()) || (input.isArray() && !input.isEmpty());
    }

    /**
     * What somebody said before.
     *
     * @param role {@code user} or {@code assistant}
     * @param text the words
     */
    public record Turn(String role, String text) {}

    /** The same question, with what was said before in front of it. */
    public Question after(List<Turn> turns) {
        ObjectNode whole = body.deepCopy();
        JsonNode asked = whole.path("input");
        ArrayNode input = whole.putArray("input");
        turns.forEach(turn -> message(input, turn.role(), turn.text()));
        if (asked.isTextual()) {
            message(input, "user", asked.textValue());
        } else {
            asked.forEach(input::add);
        }
        return new Question(whole);
    }

    private static void message(ArrayNode input, String role, String text) {
        input.addObject().put("type", "message").put("role", role).put("content", text);
    }

    /** All text that the model will read: for estimating the size of the prompt. */
    public String promptText() {
        var text = new StringBuilder();
        collect(body.path("instructions"), text);
        collect(body.path("input"), text);
        collect(body.path("tools"), text);
        return text.toString();
    }

    /** What the user said last: for the conversation's history. Empty if the last input is no user message. */
    public Optional<String> lastUserText() {
        JsonNode input = body.path("input");
        if (input.isTextual()) {
            return Optional.of(input.textValue());
        }
        for (int i = input.size() - 1; i >= 0; i--) {
            JsonNode item = input.get(i);
            if ("user".equals(item.path("role").asText())) {
                var text = new StringBuilder();
                collectText(item.path("content"), text);
                return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
            }
        }
        return Optional.empty();
    }

    /** The caller's own limit of output tokens, if it set a sound one. */
    public Optional<Long> maxOutputTokens() {
        JsonNode limit = body.path("max_output_tokens");
        return limit.canConvertToLong() && limit.asLong() > 0 ? Optional.of(limit.asLong()) : Optional.empty();
    }

    /** The id of the one machine that the caller wants, if it wants one: {@code metadata.weir_machine}. */
    public Optional<String> machine() {
        JsonNode machine = body.path("metadata").path(MACHINE);
        return machine.isTextual() ? Optional.of(machine.textValue()) : Optional.empty();
    }

    private static void collectText(JsonNode content, StringBuilder text) {
        if (content.isTextual()) {
            text.append(content.textValue());
        }
        for (JsonNode part : content) {
            JsonNode said = part.path("text");
            if (said.isTextual()) {
                text.append(text.isEmpty() ? "" : "\n").append(said.textValue());
            }
        }
    }

    /** Images and files are no text; what they cost is what the agent reports. */
    private static void collect(JsonNode node, StringBuilder text) {
        if (node.isTextual()) {
            text.append(node.textValue()).append('\n');
        } else if (node.isContainerNode()) {
            for (var field : node.properties()) {
                if (!field.getKey().endsWith("_url") && !field.getKey().endsWith("_data")) {
                    collect(field.getValue(), text);
                }
            }
            if (node.isArray()) {
                node.forEach(element -> collect(element, text));
            }
        }
    }
}
