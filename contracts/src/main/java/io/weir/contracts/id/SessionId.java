package io.weir.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A conversation, as its owner names it; unique only within (tenant, account).
 *
 * @param value 1 to 200 characters, no control characters
 */
public record SessionId(@JsonValue String value) implements Comparable<SessionId> {
    /** Longest accepted value, in characters. */
    public static final int MAX_LENGTH = 200;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SessionId {
        Names.check("sessionId", value, MAX_LENGTH);
    }

    @Override
    public int compareTo(SessionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
