package io.weir.relay.conversation;

import io.weir.contracts.id.StreamId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /v1/sessions/{id}/messages}.
 *
 * @param messages newest first
 * @param nextBefore value of {@code before} for the following page; null on the last one
 */
public record MessageList(List<Entry> messages, @Nullable String nextBefore) {
    public MessageList {
        messages = List.copyOf(messages);
    }

    /**
     * One message.
     *
     * @param id its id
     * @param role {@code user} or {@code assistant}
     * @param content the text
     * @param streamId the stream that it belongs to
     * @param state how the answer ended; {@code sent} for a question
     * @param agent the agent that was asked
     * @param createdAt when it was said
     */
    public record Entry(
            UUID id, String role, String content, StreamId streamId, String state, String agent, Instant createdAt) {}
}
