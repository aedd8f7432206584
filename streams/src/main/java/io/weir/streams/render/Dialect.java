package io.weir.streams.render;

import java.util.Arrays;
import java.util.Optional;

/** What a caller's endpoint promises. Which dialect a stream began with is kept in its log's header. */
public enum Dialect {
    /** OpenAI Responses events: the canonical form itself. */
    RESPONSES("responses"),
    /** OpenAI {@code chat.completion.chunk} objects. */
    CHAT_COMPLETIONS("chat_completions"),
    /** <code>{"token":"…"}</code>, then {@code [DONE]}. */
    TOKEN("token"),
    /** <code>{"type":"chunk","text":"…"}</code>, then <code>{"type":"done"}</code>. */
    CHUNK("chunk");

    private final String wire;

    Dialect(String wire) {
        this.wire = wire;
    }

    /** The dialect of a wire name, if there is one. */
    public static Optional<Dialect> ofWire(String wire) {
        return Arrays.stream(values()).filter(d -> d.wire.equals(wire)).findFirst();
    }

    /** The name in tickets, headers and {@code ?dialect=}. */
    public String wire() {
        return wire;
    }
}
