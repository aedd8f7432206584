package io.weir.streams.life;

import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.StreamId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway knows of a stream before it claims it.
 *
 * @param stream the stream
 * @param price what its tokens cost, whatever happens to the price book
 * @param promptTokens prompt size; charged with the first event, unless the agent reports its own figure
 * @param grantedMicro credits held for it
 * @param last nothing more could be granted when it was reserved
 * @param availableMicro what the account had left beside its holds
 * @param tokensPerSecond the agent's usual rate; how long a number of affordable tokens lasts
 * @param maxOutputTokens the caller's own limit, passed on to the agent; absent if there is none
 * @param startedAt wall clock at {@code startedNanos}
 * @param startedNanos monotonic clock at the stream's start; all other nanos are of the same clock
 */
public record ProducerSetup(
        StreamId stream,
        Price price,
        long promptTokens,
        long grantedMicro,
        boolean last,
        long availableMicro,
        int tokensPerSecond,
        @Nullable Long maxOutputTokens,
        Instant startedAt,
        long startedNanos) {
    public ProducerSetup {
        if (promptTokens < 0 || grantedMicro < 0 || tokensPerSecond < 1) {
            throw new IllegalArgumentException("promptTokens=" + promptTokens + " grantedMicro=" + grantedMicro
                    + " tokensPerSecond=" + tokensPerSecond);
        }
    }

    /** The setup of a stream that was just reserved. */
    public static ProducerSetup of(
            ReserveReply hold,
            long promptTokens,
            int tokensPerSecond,
            @Nullable Long maxOutputTokens,
            Instant startedAt,
            long startedNanos) {
        return new ProducerSetup(
                hold.streamId(),
                hold.price(),
                promptTokens,
                hold.grantedMicro(),
                hold.last(),
                hold.availableMicro(),
                tokensPerSecond,
                maxOutputTokens,
                startedAt,
                startedNanos);
    }

    /** Milliseconds from the stream's start to {@code now}. */
    long millis(long now) {
        return Duration.ofNanos(now - startedNanos).toMillis();
    }

    /** The wall clock at {@code now}. */
    Instant wall(long now) {
        return startedAt.plusNanos(now - startedNanos);
    }
}
