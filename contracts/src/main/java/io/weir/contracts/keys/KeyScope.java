package io.weir.contracts.keys;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an API key may be used for. Keys, budgets, sign-in and the relay's sockets are never among it. */
public enum KeyScope {
    /** Start, read again and stop answers. */
    CHAT,
    /** Read sessions and their messages, and share sessions. */
    SESSIONS,
    /** Read balance, usage and receipts. */
    USAGE,
    /** Open streams at a gateway and post their events. */
    POST;

    /**
     * The scope of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    @JsonCreator
    public static KeyScope ofWire(String name) {
        for (KeyScope scope : values()) {
            if (scope.wire().equals(name)) {
                return scope;
            }
        }
        throw new IllegalArgumentException("no such scope");
    }

    /** Its name in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
