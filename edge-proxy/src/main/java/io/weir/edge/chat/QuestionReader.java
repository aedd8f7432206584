package io.weir.edge.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.question.ChatRequest;
import io.weir.contracts.question.CompletionsRequest;
import io.weir.edge.admission.AdmissionConfig;
import io.weir.edge.answer.Presentation.Extent;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.Json;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns request bodies into questions; whatever is wrong with one is a 400 that names the member. */
@Singleton
final class QuestionReader {
    private static final int BYTES_PER_TOKEN = 4;
    /** Members of a Responses request whose strings are read by the model. */
    private static final Set<String> READ =
            Set.of("input", "instructions", "text", "content", "output", "arguments", "refusal");

    private final ObjectMapper json;

    QuestionReader(AdmissionConfig config) {
        var factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(config.maxBodyBytes())
                        .maxNestingDepth(100)
                        .build())
                .build();
        this.json = new ObjectMapper(factory);
    }

    /**
     * Reads the body of an endpoint.
     *
     * @param chatId the session named by the path, where the endpoint has one there
     * @throws ProblemException 400
     */
    Question read(Endpoint endpoint, @Nullable String chatId, Buffer body) {
        return read(endpoint, chatId, object(body.getBytes(), "body"), body);
    }

    /** The same for a body that was parsed already. */
    Question read(Endpoint endpoint, @Nullable String chatId, ObjectNode request, Buffer body) {
        return switch (endpoint) {
            case CHAT_STREAM, CHAT_START, CHAT_SOCKET ->
                chat(endpoint, required(request, "sessionId"), required(request, "message"), request);
            case CHAT_MESSAGES -> chat(endpoint, chatId == null ? "" : chatId, required(request, "prompt"), request);
            case RESPONSES -> responses(endpoint, request, body, extent(request, false));
            case CHAT_COMPLETIONS -> completions(request);
        };
    }

    private Question chat(Endpoint endpoint, String session, String text, ObjectNode request) {
        byte[] body = Json.bytes(json, ChatRequest.asResponses(text));
        return new Question(
                endpoint,
                sessionId(session),
                optional(request, "agent"),
                Buffer.buffer(body),
                Key.bodySha256(body),
                tokens(text),
                null,
                Extent.EVENTS);
    }

    private Question completions(ObjectNode request) {
        boolean usage = request.path("stream_options").path("include_usage").asBoolean(false);
        Extent extent = extent(request, usage);
        ObjectNode upstream = asResponses(request);
        return responses(Endpoint.CHAT_COMPLETIONS, upstream, Buffer.buffer(Json.bytes(json, upstream)), extent);
    }

    private static ObjectNode asResponses(ObjectNode request) {
        try {
            return CompletionsRequest.asResponses(request);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Extent extent(ObjectNode request, boolean usage) {
        JsonNode stream = request.path("stream");
        if (!stream.isMissingNode() && !stream.isNull() && !stream.isBoolean()) {
            throw malformed("\"stream\" must be true or false.");
        }
        if (!stream.asBoolean(false)) {
            return Extent.WHOLE;
        }
        return usage ? Extent.EVENTS_AND_USAGE : Extent.EVENTS;
    }

    private Question responses(Endpoint endpoint, ObjectNode request, Buffer body, Extent extent) {
        JsonNode input = request.path("input");
        boolean items = input.isArray() && !input.isEmpty();
        if (!input.isTextual() && !items) {
            throw malformed("\"input\" must be a text or a list of items.");
        }
        JsonNode limit = request.path("max_output_tokens");
        boolean none = limit.isMissingNode() || limit.isNull();
        boolean sound = limit.isIntegralNumber() && limit.canConvertToLong() && limit.asLong() > 0;
        if (!none && !sound) {
            throw malformed("\"max_output_tokens\" must be a whole number above 0.");
        }
        return new Question(
                endpoint,
                conversation(request),
                optional(request, "model"),
                body,
                Key.bodySha256(body.getBytes()),
                Math.ceilDiv(readBytes(request, false), BYTES_PER_TOKEN),
                sound ? Long.valueOf(limit.asLong()) : null,
                extent);
    }

    private static @Nullable SessionId conversation(ObjectNode request) {
        JsonNode conversation = request.path("conversation");
        JsonNode id = conversation.isObject() ? conversation.path("id") : conversation;
        if (id.isMissingNode() || id.isNull()) {
            return null;
        }
        if (!id.isTextual()) {
            throw malformed("\"conversation\" must be an id or an object with an id.");
        }
        return sessionId(id.asText());
    }

    /** UTF-8 length of every string that the model will read. */
    private static long readBytes(JsonNode node, boolean read) {
        if (node.isTextual()) {
            return read ? node.asText().getBytes(StandardCharsets.UTF_8).length : 0;
        }
        long sum = 0;
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                sum += readBytes(member.getValue(), READ.contains(member.getKey()));
            }
        } else {
            for (JsonNode element : node) {
                sum += readBytes(element, read);
            }
        }
        return sum;
    }

    /** JSON as an object; {@code what} it is, for the caller. Fails with 400. */
    ObjectNode object(byte[] text, String what) {
        try {
            if (json.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw malformed("The " + what + " is no JSON.");
        }
        throw malformed("The " + what + " must be a JSON object.");
    }

    private static String required(ObjectNode request, String member) {
        String value = optional(request, member);
        if (value == null || value.isBlank()) {
            throw malformed("\"" + member + "\" is missing or empty.");
        }
        return value;
    }

    /** A text member, if there is one. Fails with 400. */
    static @Nullable String optional(JsonNode request, String member) {
        JsonNode value = request.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw malformed("\"" + member + "\" must be a text.");
        }
        return value.asText();
    }

    private static SessionId sessionId(String text) {
        try {
            return new SessionId(text);
        } catch (IllegalArgumentException e) {
            throw malformed("The session id must have 1 to 200 characters and no control characters.");
        }
    }

    private static long tokens(String text) {
        return Math.ceilDiv(text.getBytes(StandardCharsets.UTF_8).length, BYTES_PER_TOKEN);
    }

    static ProblemException malformed(String detail) {
        return new ProblemException(ProblemType.MALFORMED, detail);
    }
}
