package io.weir.relay.conversation;

import com.fasterxml.jackson.annotation.JsonValue;

/** Who said a message. */
public enum Role {
    /** The person. */
    USER("user"),
    /** The agent. */
    ASSISTANT("assistant");

    private final String wire;

    Role(String wire) {
        this.wire = wire;
    }

    /** The name in JSON and in the table. */
    @JsonValue
    public String wire() {
        return wire;
    }
}
