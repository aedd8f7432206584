package io.weir.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Name of a configured agent.
 *
 * @param value 1 to 64 characters, no control characters
 */
public record AgentName(@JsonValue String value) implements Comparable<AgentName> {
    /** Longest accepted value, in characters. */
    public static final int MAX_LENGTH = 64;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AgentName {
        Names.check("agentName", value, MAX_LENGTH);
    }

    @Override
    public int compareTo(AgentName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
