package io.weir.streams.life;

import io.weir.contracts.stream.EndReason;
import org.jspecify.annotations.Nullable;

/** What the gateway does after a claim. */
public sealed interface ClaimOutcome {
    /**
     * The stream is ours: call a machine.
     *
     * @param maxOutputTokens limit to inject into the request: the smaller of the caller's and what the account can
     *     afford; {@link Long#MAX_VALUE} where there is neither
     */
    record CallMachine(long maxOutputTokens) implements ClaimOutcome {}

    /**
     * The stream is ours and already ending: call no machine. The producer has appended the terminal.
     *
     * @param reason {@code cancelled} after a stored cancel, {@code credits_exhausted} if not even the prompt is covered
     */
    record EndsAtOnce(EndReason reason) implements ClaimOutcome {}

    /**
     * Another gateway owns the stream: start nothing, serve the caller as a reader of the relay's log from 0.
     *
     * @param owner name of the owner
     * @param address where it is reached
     */
    record OwnedByAnother(@Nullable String owner, @Nullable String address) implements ClaimOutcome {}
}
