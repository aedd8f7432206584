package io.weir.relay.conversation;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code messages} knows of a stream.
 *
 * @param tenant isolation boundary
 * @param account who may read it
 * @param answer the answer; null while only the question is there
 */
public record StoredAnswer(
        TenantId tenant, AccountId account, @Nullable Answer answer) {
    /**
     * A finished answer.
     *
     * @param content its text
     * @param agent who gave it
     * @param state how it ended
     * @param offset offset of the terminal
     * @param terminal the terminal event
     * @param cuts where its deltas ended; empty if nobody knows
     * @param dialect what the stream began in; empty if nobody knows
     */
    public record Answer(
            String content,
            String agent,
            String state,
            long offset,
            String terminal,
            Optional<Cuts> cuts,
            Optional<String> dialect) {}
}
