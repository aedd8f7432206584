package io.weir.edge.chat;

import io.vertx.core.buffer.Buffer;
import io.weir.contracts.id.SessionId;
import io.weir.edge.answer.Presentation.Extent;
import org.jspecify.annotations.Nullable;

/**
 * A validated request for an answer.
 *
 * @param endpoint where it came in
 * @param session the conversation; null: one of its own
 * @param agent the agent asked for; null: the default one
 * @param request the Responses request that goes to the gateway, JSON
 * @param requestSha256 its hash, lower-case hex
 * @param promptTokens rough size of the prompt
 * @param maxOutputTokens the caller's own limit, if it set one
 * @param extent what the caller wants of the answer
 */
record Question(
        Endpoint endpoint,
        @Nullable SessionId session,
        @Nullable String agent,
        Buffer request,
        String requestSha256,
        long promptTokens,
        @Nullable Long maxOutputTokens,
        Extent extent) {}
