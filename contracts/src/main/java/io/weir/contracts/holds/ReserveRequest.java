package io.weir.contracts.holds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/holds}: reserve credits for one stream.
 *
 * @param streamId id of the stream, chosen by the caller
 * @param account who pays
 * @param session the conversation
 * @param agent the agent; metering knows its price, rate and token limit by configuration
 * @param promptTokens estimated prompt size
 * @param maxOutputTokens the caller's own limit, if any
 * @param maxOpenStreams limit of open streams for the account; at it the answer is 429
 * @param idempotencyKey unique per account for 24 h
 * @param keyUntilEnd true for a key that the edge derived itself: it matches only while its stream is open
 * @param bodyHash lower-case hex SHA-256 of what the key stands for; the same key with another hash is 409
 * @param byok true: a hold of zero under the price version of zeros
 * @param lifeSeconds how long the hold stays RESERVED without a claim
 * @param apiKey the API key of the account that asked; absent for a signed-in person
 */
public record ReserveRequest(
        StreamId streamId,
        AccountId account,
        SessionId session,
        AgentName agent,
        long promptTokens,
        @Nullable Long maxOutputTokens,
        int maxOpenStreams,
        String idempotencyKey,
        boolean keyUntilEnd,
        String bodyHash,
        boolean byok,
        int lifeSeconds,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UUID apiKey) {

    /** Asked by a signed-in person. */
    public ReserveRequest(
            StreamId streamId,
            AccountId account,
            SessionId session,
            AgentName agent,
            long promptTokens,
            @Nullable Long maxOutputTokens,
            int maxOpenStreams,
            String idempotencyKey,
            boolean keyUntilEnd,
            String bodyHash,
            boolean byok,
            int lifeSeconds) {
        this(
                streamId,
                account,
                session,
                agent,
                promptTokens,
                maxOutputTokens,
                maxOpenStreams,
                idempotencyKey,
                keyUntilEnd,
                bodyHash,
                byok,
                lifeSeconds,
                null);
    }
}
