package io.weir.gateway.config;

/** What an agent machine speaks. Configured by its lower-case name. */
public enum AgentDialect {
    /** {@code POST /v1/responses}, as OpenClaw serves it. */
    RESPONSES("/v1/responses"),
    /** {@code POST /v1/chat/completions}. */
    CHAT_COMPLETIONS("/v1/chat/completions");

    private final String path;

    AgentDialect(String path) {
        this.path = path;
    }

    /** Where requests go, below a machine's address. */
    public String path() {
        return path;
    }
}
