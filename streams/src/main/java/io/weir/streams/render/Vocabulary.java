package io.weir.streams.render;

import java.util.Arrays;
import java.util.Optional;

/** What is said on a topic about a stream. */
public enum Vocabulary {
    /** {@code message}, {@code token}, {@code end}, {@code error}. */
    SESSION("session"),
    /** {@code token {delta, t}}, {@code end {usage}}, {@code error {message}}. */
    BATTLE("battle"),
    /** {@code agent_typing}, {@code agent_reasoning}, {@code agent_response_chunk}, {@code agent_response_complete}, {@code agent_error}. */
    WORKSPACE("workspace"),
    /** As {@link #WORKSPACE}, and each event also as {@code agent_update {kind, …}}. */
    WORKSPACE_UPDATES("workspace_updates");

    private final String wire;

    Vocabulary(String wire) {
        this.wire = wire;
    }

    /** The vocabulary of a wire name, if there is one. */
    public static Optional<Vocabulary> ofWire(String wire) {
        return Arrays.stream(values()).filter(v -> v.wire.equals(wire)).findFirst();
    }

    /** The name in tickets, headers and the topic table. */
    public String wire() {
        return wire;
    }
}
