package io.weir.local.agent;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;

/** The dialects that the demo agent speaks. */
enum Spoken {
    RESPONSES,
    CHAT,
    ANTHROPIC,
    TOKEN,
    CHUNK,
    /** The token dialect, an object a line. */
    NDJSON;

    private static final String SSE = "text/event-stream; charset=utf-8";

    /**
     * The dialect of a directive.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Spoken named(String name) {
        return Arrays.stream(values())
                .filter(dialect -> dialect.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** Value of {@code Content-Type}. */
    String contentType() {
        return this == NDJSON ? "application/x-ndjson" : SSE;
    }

    /** One answer in this dialect. */
    AgentWire wire(AgentRequest asked, InstantSource clock) {
        return switch (this) {
            case RESPONSES -> new ResponsesWire(asked.model(), clock);
            case CHAT -> new ChatWire(asked.model(), asked.includeUsage(), clock);
            case ANTHROPIC -> new AnthropicWire(asked.model(), asked.input().length() / 4);
            case TOKEN -> new PlainWire(PlainWire.Words.TOKEN);
            case CHUNK -> new PlainWire(PlainWire.Words.CHUNK);
            case NDJSON -> new PlainWire(PlainWire.Words.LINE);
        };
    }
}
