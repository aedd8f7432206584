package io.weir.relay.conversation;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A message to be written.
 *
 * @param id the same for every attempt, so that nobody sees a message twice
 * @param header whose it is
 * @param stream the stream that it belongs to
 * @param role who said it
 * @param content the text
 * @param state how the answer ended; {@code sent} for a question
 * @param ending the end of the answer's log; empty for a question
 * @param createdAt when it was said
 */
public record Message(
        UUID id,
        StreamHeader header,
        StreamId stream,
        Role role,
        String content,
        String state,
        Optional<Ending> ending,
        Instant createdAt) {
    /**
     * The end of a log, from which a reader can be told how it ended when the log is gone.
     *
     * @param offset offset of the terminal
     * @param json the terminal event
     * @param cuts where the deltas ended; empty if nobody knows
     * @param totals what the terminal counted
     * @param usageSource where the totals come from
     */
    public record Ending(long offset, String json, Optional<Cuts> cuts, Totals totals, UsageSource usageSource) {}

    /** The id of a stream's message: it depends on nothing but the two. */
    public static UUID id(StreamId stream, Role role) {
        return UUID.nameUUIDFromBytes((stream + "/" + role.wire()).getBytes(StandardCharsets.US_ASCII));
    }

    /** The question of a stream. */
    static Message question(StreamHeader header, StreamId stream, String content, Instant at) {
        return new Message(id(stream, Role.USER), header, stream, Role.USER, content, "sent", Optional.empty(), at);
    }

    /** The answer of a stream. */
    static Message answer(
            StreamHeader header, StreamId stream, String content, String state, Ending ending, Instant at) {
        return new Message(
                id(stream, Role.ASSISTANT), header, stream, Role.ASSISTANT, content, state, Optional.of(ending), at);
    }
}
