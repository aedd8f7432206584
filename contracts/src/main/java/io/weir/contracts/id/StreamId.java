package io.weir.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Identifies one stream (one agent answer). A UUID of version 7 (RFC 9562 §5.7): ordered by creation time to the
 * millisecond, so indexes on it stay append-mostly.
 *
 * @param value the UUID
 */
public record StreamId(UUID value) implements Comparable<StreamId> {
    /** Response header that names the stream of an answer. */
    public static final String HEADER = "Weir-Stream-Id";

    private static final String RESPONSE_PREFIX = "resp_";

    /** A new id: 48 bits of Unix milliseconds from {@code clock}, 74 random bits. */
    public static StreamId next(InstantSource clock, RandomGenerator random) {
        long high = (clock.millis() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new StreamId(new UUID(high, low));
    }

    /**
     * Reads the canonical text form, or the {@code resp_…} form that {@link #responseId()} gives.
     *
     * @throws IllegalArgumentException if it is neither
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static StreamId parse(String text) {
        String uuid = text.startsWith(RESPONSE_PREFIX) ? text.substring(RESPONSE_PREFIX.length()) : text;
        if (uuid.length() != 36) {
            throw new IllegalArgumentException("not a stream id");
        }
        return new StreamId(UUID.fromString(uuid));
    }

    /** Unix milliseconds at which the id was made. */
    public long createdMillis() {
        return value.getMostSignificantBits() >>> 16;
    }

    /** The id of the response in the OpenAI dialects. */
    public String responseId() {
        return RESPONSE_PREFIX + value;
    }

    @Override
    public int compareTo(StreamId other) {
        return value.compareTo(other.value);
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
