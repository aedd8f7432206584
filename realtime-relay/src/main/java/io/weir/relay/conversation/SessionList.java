package io.weir.relay.conversation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /v1/sessions}.
 *
 * @param sessions most recently used first
 */
public record SessionList(List<Session> sessions) {
    public SessionList {
        sessions = List.copyOf(sessions);
    }

    /**
     * One session.
     *
     * @param id as its owner named it
     * @param title its first question, shortened
     * @param updatedAt when its last message was said
     * @param messages how many there are
     * @param owner whose session it is, of one that is shared with the caller; null for the caller's own
     * @param right {@code view} or {@code edit}, likewise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Session(
            String id,
            String title,
            Instant updatedAt,
            long messages,
            @Nullable String owner,
            @Nullable String right) {}
}
