package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;

/**
 * Says a stream on a topic: turns runs into named events with JSON payloads. Like {@link Renderer}, it depends on
 * nothing but the run, so that one rendering serves every subscriber and a late one gets the same.
 *
 * <p>Deltas carry {@code offset} (and {@code from}, {@code n}, {@code t} where several were merged); the rule for clients is
 * that of {@link Renderer}.
 */
@SuppressWarnings("DoNotCallSuggester")
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
        throw new UnsupportedOperationException(vocabulary + " " + stream + agent + messageId);
    }

    /** Says one run; runs that the vocabulary has no words for say nothing. */
    void render(Run run, Sink sink);

    /** Says all text up to {@code text.last()} at once, for a subscriber that joins in the middle. */
    void snapshot(Deltas text, Sink sink);

    /** Says a whole message (session vocabulary only). */
    void message(String id, String role, String content, Sink sink);
}
