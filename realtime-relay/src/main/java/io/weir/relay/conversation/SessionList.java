package io.weir.relay.conversation;

import java.time.Instant;
import java.util.List;

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
     */
    public record Session(String id, String title, Instant updatedAt, long messages) {}
}
