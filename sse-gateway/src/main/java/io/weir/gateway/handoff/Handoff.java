package io.weir.gateway.handoff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.problem.Problem.OpenAiError;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.question.ChatRequest;
import io.weir.contracts.question.CompletionsRequest;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.upstream.Question;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.Framing;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;

/**
 * What a handed-off request means. Its body is the one that the caller sent to the edge, in the words of the endpoint that it
 * called there; the ticket's dialect says which one that was. Thread-safe.
 */
@Singleton
public final class Handoff {
    private static final String USAGE_HEADER = "Weir-Usage";
    private static final String USAGE_PARAMETER = "usage";

    private final ObjectMapper json;

    Handoff(ObjectMapper json) {
        this.json = json;
    }

    /**
     * A body, understood.
     *
     * @param question what is asked, in the words of Responses
     * @param usageChunk the caller wants the usage in a chunk of its own
     */
    public record Asked(Question question, boolean usageChunk) {}

    /** What a body asks; empty if it asks nothing in its dialect. */
    public Optional<Asked> read(TicketClaims ticket, byte[] body) {
        try {
            return json.readTree(body) instanceof ObjectNode request
                    ? read(dialect(ticket), request)
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Asked> read(Dialect dialect, ObjectNode request) {
        boolean usageChunk = dialect == Dialect.CHAT_COMPLETIONS
                && request.path("stream_options").path("include_usage").asBoolean(false);
        ObjectNode asked =
                switch (dialect) {
                    case TOKEN -> ChatRequest.asResponses(text(request.path(ChatRequest.MESSAGE)));
                    case CHUNK -> ChatRequest.asResponses(text(request.path(ChatRequest.PROMPT)));
                    case CHAT_COMPLETIONS -> CompletionsRequest.asResponses(request);
                    case RESPONSES -> request;
                };
        return Question.of(asked).map(question -> new Asked(question, usageChunk));
    }

    private static String text(JsonNode member) {
        return member.asText("");
    }

    /** How the caller is to be shown its answer; what its request says beside the body has come along with the redirect. */
    public View view(HttpServerRequest request, TicketClaims ticket, boolean usageChunk) {
        Dialect dialect = dialect(ticket);
        String accept = request.getHeader("Accept");
        String usage = request.getHeader(USAGE_HEADER);
        return new View(
                dialect,
                accept == null ? Framing.SSE : Framing.ofAccept(accept),
                ticket.agent().value(),
                usageChunk,
                "true".equals(usage == null ? request.getParam(USAGE_PARAMETER) : usage),
                dialect == Dialect.TOKEN || dialect == Dialect.CHUNK);
    }

    /** The {@code error} member that callers of this dialect's endpoint expect in a problem. */
    public static Object error(TicketClaims ticket, ProblemType type, String detail) {
        return switch (dialect(ticket)) {
            case TOKEN, CHUNK -> type.title();
            case RESPONSES, CHAT_COMPLETIONS -> new OpenAiError(detail, type.openAiType(), type.code());
        };
    }

    private static Dialect dialect(TicketClaims ticket) {
        return Dialect.ofWire(ticket.dialect()).orElse(Dialect.TOKEN);
    }
}
