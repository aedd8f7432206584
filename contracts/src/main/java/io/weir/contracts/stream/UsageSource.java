package io.weir.contracts.stream;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where the totals of a stream come from. */
public enum UsageSource {
    /** Reported by the agent in its terminal event. */
    AGENT,
    /** Counted by the gateway: the agent reported nothing, or zeros. */
    COUNTED;

    /** Lower-case name used in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
