package io.weir.gateway.posted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.upstream.Question;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a stream is opened with.
 *
 * @param topic where viewers follow it
 * @param vocabulary what the poster takes for the topic's vocabulary
 * @param byok the agent runs on its owner's own key: nothing is charged
 * @param agent the agent's name; absent for the default one
 * @param question what the agent was asked, for viewers and the conversation's history
 * @param maxOutputTokens the poster's own limit
 */
record Opening(
        String topic,
        Optional<String> vocabulary,
        boolean byok,
        Optional<String> agent,
        Optional<String> question,
        @Nullable Long maxOutputTokens) {
    /**
     * Reads the body.
     *
     * @throws PostingException 400 with the member that is wrong
     */
    static Opening read(ObjectMapper json, byte[] body) {
        JsonNode tree;
        try {
            tree = json.readTree(body);
        } catch (JsonProcessingException e) {
            throw malformed("The body must be a JSON object.");
        } catch (IOException e) {
            throw new IllegalStateException("reading an array cannot fail", e);
        }
        if (!(tree instanceof ObjectNode)) {
            throw malformed("The body must be a JSON object.");
        }
        return new Opening(
                text(tree, "topic").orElseThrow(() -> malformed("\"topic\" must be a text.")),
                text(tree, "vocabulary"),
                flag(tree),
                text(tree, "agent"),
                text(tree, "question"),
                limit(tree));
    }

    /** The question as what a called agent would have been asked; without an input where nothing is known. */
    Question asked() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        question.ifPresent(text -> body.put("input", text));
        return new Question(body);
    }

    /** Size of the question in tokens, roughly: what the reserve is sized with. */
    long promptTokens() {
        return question.map(text -> (long) Math.ceilDiv(text.getBytes(StandardCharsets.UTF_8).length, 4))
                .orElse(0L);
    }

    private static Optional<String> text(JsonNode tree, String name) {
        JsonNode value = tree.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw malformed("\"" + name + "\" must be a text.");
        }
        return Optional.of(value.textValue());
    }

    private static boolean flag(JsonNode tree) {
        JsonNode value = tree.path("byok");
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw malformed("\"byok\" must be true or false.");
        }
        return value.asBoolean(false);
    }

    private static @Nullable Long limit(JsonNode tree) {
        JsonNode value = tree.path("maxOutputTokens");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.canConvertToLong() || !value.isIntegralNumber() || value.asLong() < 1) {
            throw malformed("\"maxOutputTokens\" must be a number from 1 on.");
        }
        return value.asLong();
    }

    private static PostingException malformed(String detail) {
        return new PostingException(ProblemType.MALFORMED, detail);
    }
}
