package io.weir.gateway.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.weir.gateway.config.AgentDialect;
import jakarta.enterprise.context.ApplicationScoped;

/** Turns a caller's question into the body that an agent's dialect takes. */
@ApplicationScoped
public class AgentRequest {
    private final ObjectMapper json;

    /** Prints with the service's mapper. */
    public AgentRequest(ObjectMapper json) {
        this.json = json;
    }

    /**
     * The request body.
     *
     * @param model the model name to ask for; empty: none is named, where the dialect allows that
     * @param sessionKey names the conversation
     * @param maxOutputTokens limit to set, {@link Long#MAX_VALUE} for none
     */
    public Buffer body(AgentDialect dialect, Question question, String model, String sessionKey, long maxOutputTokens) {
        ObjectNode body =
                switch (dialect) {
                    case RESPONSES -> ResponsesRequest.of(question.body(), model, maxOutputTokens);
                    case CHAT_COMPLETIONS -> ChatRequest.of(question.body(), model, maxOutputTokens);
                    case ANTHROPIC -> AnthropicRequest.of(question.body(), model, maxOutputTokens);
                    case TOKEN, CHUNK, NDJSON -> PlainRequest.of(question, model, sessionKey, maxOutputTokens);
                };
        try {
            return Buffer.buffer(json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always printable", e);
        }
    }
}
