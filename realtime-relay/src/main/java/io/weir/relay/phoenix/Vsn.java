package io.weir.relay.phoenix;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Version of the serialisation that a socket speaks. */
public enum Vsn {
    /** Text frames with objects. */
    V1("1.0.0"),
    /** Text frames with arrays, and binary frames for broadcasts. */
    V2("2.0.0");

    private final String wire;

    Vsn(String wire) {
        this.wire = wire;
    }

    /** The version of the query parameter {@code vsn}: 1.0.0 where it is absent, empty where it is unknown. */
    public static Optional<Vsn> of(@Nullable String parameter) {
        if (parameter == null || parameter.equals(V1.wire)) {
            return Optional.of(V1);
        }
        return parameter.equals(V2.wire) ? Optional.of(V2) : Optional.empty();
    }

    /** The text of the query parameter. */
    public String wire() {
        return wire;
    }
}
