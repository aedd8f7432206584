package io.weir.edge.chat;

import io.weir.streams.render.Dialect;

/** The endpoints that start an answer, and what each promises. */
enum Endpoint {
    /** {@code POST /api/chat/stream}. */
    CHAT_STREAM(Dialect.TOKEN, true),
    /** {@code POST /api/chat/start}: the answer is read elsewhere. */
    CHAT_START(Dialect.TOKEN, true),
    /** {@code /api/chat/ws}: events of any number of answers. */
    CHAT_SOCKET(Dialect.RESPONSES, true),
    /** {@code POST /api/v1/actions/chats/{chatId}/messages} and {@code /chats/{chatId}/messages}. */
    CHAT_MESSAGES(Dialect.CHUNK, true),
    /** {@code POST /v1/responses}. */
    RESPONSES(Dialect.RESPONSES, false),
    /** {@code POST /v1/chat/completions}. */
    CHAT_COMPLETIONS(Dialect.CHAT_COMPLETIONS, false);

    private final Dialect dialect;
    private final boolean early;

    Endpoint(Dialect dialect, boolean early) {
        this.dialect = dialect;
        this.early = early;
    }

    Dialect dialect() {
        return dialect;
    }

    /** True where the status leaves before the agent has said anything. */
    boolean early() {
        return early;
    }
}
