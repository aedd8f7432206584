package io.weir.contracts.question;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request of the two plain chat endpoints: one text in one member. Pure. */
public final class ChatRequest {
    /** Member with the question in {@code POST /api/chat/stream}. */
    public static final String MESSAGE = "message";
    /** Member with the question in {@code POST …/chats/{chatId}/messages}. */
    public static final String PROMPT = "prompt";

    private ChatRequest() {}

    /** The text as a Responses request. */
    public static ObjectNode asResponses(String text) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("input", text);
        request.put("stream", true);
        return request;
    }
}
