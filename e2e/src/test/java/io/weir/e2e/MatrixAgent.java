package io.weir.e2e;

import java.util.Locale;

/** A column of the matrix: what the agent speaks. Each dialect is an agent and a fleet of its own, on the demo machine. */
enum MatrixAgent {
    RESPONSES("Responses", "openclaw"),
    CHAT_COMPLETIONS("chat.completions", "openclaw"),
    ANTHROPIC("Anthropic", "openclaw"),
    TOKEN("token SSE", ""),
    CHUNK("chunk SSE", ""),
    NDJSON("NDJSON", "");

    private final String title;
    private final String model;

    MatrixAgent(String title, String model) {
        this.title = title;
        this.model = model;
    }

    String title() {
        return title;
    }

    /** Name of the agent and of its fleet. */
    String agent() {
        return "in-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Value of {@code dialect} in the agent's configuration. */
    String dialect() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the machine wants to be asked for; empty for those that do not care. */
    String model() {
        return model;
    }
}
