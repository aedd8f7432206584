package io.weir.gateway.fakes;

/** How an agent begins and goes on in each dialect, word by word. */
public enum AgentWords {
    /** Responses. */
    DEMO(
            "",
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\","
                    + "\"output_index\":0,\"content_index\":0,\"delta\":\"%s\"}\n\n"),
    /** chat.completions. */
    CHAT(
            "",
            "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-x\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n"),
    /** Anthropic Messages. */
    ANTHROPIC(
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-x","stop_reason":null,"usage":{"input_tokens":25,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            """,
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                    + "{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n"),
    /** Token events. */
    TOKEN("", "data: {\"token\":\"%s\"}\n\n"),
    /** Chunk events. */
    CHUNK("", "data: {\"type\":\"chunk\",\"text\":\"%s\"}\n\n"),
    /** Lines of JSON. */
    NDJSON("", "{\"token\":\"%s\"}\n");

    private final String beginning;
    private final String delta;

    AgentWords(String beginning, String delta) {
        this.beginning = beginning;
        this.delta = delta;
    }

    /** The agent of the gateway's configuration that speaks so. */
    public String agent() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Opens the answer. */
    public FakeAgent.Talk begin(FakeAgent.Talk talk) {
        if (this == DEMO) {
            return talk.scaffold();
        }
        return (this == NDJSON ? talk.open("application/x-ndjson") : talk.open()).raw(beginning);
    }

    /** One delta; no quotes in it. */
    public FakeAgent.Talk say(FakeAgent.Talk talk, String word) {
        return talk.raw(delta.formatted(word));
    }
}
