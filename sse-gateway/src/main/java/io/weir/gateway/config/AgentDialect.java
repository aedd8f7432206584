package io.weir.gateway.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an agent machine speaks. Configured by its lower-case name. */
public enum AgentDialect {
    /** {@code POST /v1/responses}, as OpenClaw serves it. */
    RESPONSES("/v1/responses"),
    /** {@code POST /v1/chat/completions}. */
    CHAT_COMPLETIONS("/v1/chat/completions"),
    /** Anthropic's {@code POST /v1/messages}. */
    ANTHROPIC("/v1/messages"),
    /** <code>{"token":"…"}</code> events, then {@code [DONE]}. */
    TOKEN("/api/chat/stream"),
    /** <code>{"type":"chunk","text":"…"}</code> events, then <code>{"type":"done"}</code>. */
    CHUNK("/chats/{session}/messages"),
    /** Either of the two simple ones, a JSON object a line; <code>{"done":true}</code> ends it, too. */
    NDJSON("/api/chat/stream");

    private final String path;

    AgentDialect(String path) {
        this.path = path;
    }

    /** Where requests go, below a machine's address, unless configured otherwise. */
    public String path() {
        return path;
    }

    /** The dialect of a name as it is configured, if there is one. */
    public static Optional<AgentDialect> ofName(String name) {
        return Arrays.stream(values()).filter(d -> d.wire().equals(name)).findFirst();
    }

    /** Its name in configuration and registrations. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
