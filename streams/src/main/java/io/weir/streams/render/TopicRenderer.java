package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;

/**
 * Says a stream on a topic: turns runs into named events with JSON payloads. Like {@link Renderer}, it depends on
 * nothing but the run, so that one rendering serves every subscriber and a late one gets the same.
 *
 * <p>Every text event carries {@code offset}, several deltas in one event also {@code from} and {@code n}, a snapshot
 * {@code from:1} and {@code snapshot:true}; the rule for clients is that of {@link Renderer}. Of the session vocabulary every
 * event carries {@code streamId}. An end that simple dialects show as
 * a regular one (completed, stopped) is {@code end}, every other one {@code error}; both say the reason.
 */
public interface TopicRenderer {
    /** Takes what is to be published. */
    @FunctionalInterface
    interface Sink {
        /**
         * One broadcast.
         *
         * @param event name of the event
         * @param payload JSON object, UTF-8, GC-managed memory
         */
        void event(String event, ByteBuf payload);
    }

    /**
     * The renderer of a vocabulary.
     *
     * @param agent {@code agent_id} in the workspace vocabulary
     * @param messageId {@code message_id} in the workspace vocabulary: the question's message
     */
    static TopicRenderer of(Vocabulary vocabulary, StreamId stream, String agent, String messageId) {
        return switch (vocabulary) {
            case SESSION -> new SessionRenderer(stream);
            case BATTLE -> new BattleRenderer();
            case WORKSPACE -> new WorkspaceRenderer(stream, agent, messageId);
            case WORKSPACE_UPDATES -> new AgentUpdates(new WorkspaceRenderer(stream, agent, messageId));
        };
    }

    /** Says one run; runs that the vocabulary has no words for say nothing. */
    void render(Run run, Sink sink);

    /**
     * Says all text up to {@code text.last()} at once, for a subscriber that joins in the middle: an ordinary text event, in
     * the session vocabulary with {@code from:1} and {@code snapshot:true}.
     */
    void snapshot(Deltas text, Sink sink);

    /** Says a whole message (session vocabulary only). */
    void message(String id, String role, String content, Sink sink);
}
