package io.weir.relay.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a share of a session allows. */
public enum ShareRight {
    /** Read what is said. */
    VIEW,
    /** Read, be present, and send control events. */
    EDIT;

    /** The right of a wire name, if there is one. */
    public static Optional<ShareRight> ofWire(String wire) {
        return Arrays.stream(values())
                .filter(right -> right.wire().equals(wire))
                .findFirst();
    }

    /** The name in requests and in the table. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
