package io.weir.metering.usage;

import java.util.Arrays;
import java.util.stream.Collectors;

/** By what usage can be grouped and filtered, in the order of the columns. */
enum Dimension {
    ACCOUNT("account", "account_id"),
    KEY("key", "key_id"),
    APP("app", "app"),
    AGENT("agent", "agent"),
    MODEL("model", "model"),
    SESSION("session", "session"),
    END_REASON("endReason", "end_reason");

    private final String parameter;
    private final String column;

    Dimension(String parameter, String column) {
        this.parameter = parameter;
        this.column = column;
    }

    /** Its name in queries and answers. */
    String parameter() {
        return parameter;
    }

    /** Its column, as text. */
    String text() {
        return this == KEY ? "u.key_id::text" : "u." + column;
    }

    static Dimension of(String parameter) {
        return Arrays.stream(values())
                .filter(dimension -> dimension.parameter.equals(parameter))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(parameter));
    }

    static String all() {
        return Arrays.stream(values()).map(Dimension::parameter).collect(Collectors.joining(", "));
    }
}
