package io.weir.gateway.fakes;

/** Answers as their providers document them, by hand. */
public final class AgentBodies {
    /** Thinking, text, a tool call; usage in pieces. */
    public static final String ANTHROPIC = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-x","stop_reason":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: ping
            data: {"type": "ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me "}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"see."}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Gr\\u00fc\\u00dfe, "}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"wörld \\ud83d\\ude00\\n"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\":"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\\"Ulm\\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":15}}

            event: message_delta
            data: {"type":"message_delta","delta":{},"usage":{"input_tokens":null,"output_tokens":89}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    /** OpenClaw's words, a keepalive and an event that nobody knows. */
    public static final String RESPONSES = """
            event: response.created
            data: {"type":"response.created","response":{"id":"resp_x","status":"in_progress","model":"openclaw","output":[],"usage":{"input_tokens":0,"output_tokens":0,"total_tokens":0}}}

            data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1"}}

            data: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"Gr\\u00fc\\u00dfe, "}

            data: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"wörld"}

            data: {"type":"keepalive","sequence_number":3}

            data: {"type":"response.brand_new","deep":{"n":1.50}}

            event: response.completed
            data: {"type":"response.completed","response":{"id":"resp_x","status":"completed","model":"openclaw","output":[],"usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":2},"output_tokens":9,"total_tokens":16}}}

            data: [DONE]

            """;

    /** Text, a tool call in two pieces, the usage chunk. */
    public static final String CHAT = """
            data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-x","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

            data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-x","choices":[{"index":0,"delta":{"content":"Grüße, "},"finish_reason":null}],"usage":null}

            data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-x","choices":[{"index":0,"delta":{"content":"w\\u00f6rld"},"finish_reason":null}],"usage":null}

            data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{\\"a\\""}}]},"finish_reason":null}],"usage":null}

            data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}],"usage":null}

            data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-x","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":2}}}

            data: [DONE]

            """;

    /** Text, an event of its own, usage, done. */
    public static final String TOKEN = """
            : connected

            data: {"token":"Grüße, "}

            data: {"token":"w\\u00f6rld"}

            data: {"type":"tool","name":"search","q":[1.50]}

            data: {"usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":2},"output_tokens":9},"model":"late"}

            data: [DONE]

            """;

    /** The same in chunks, with a ping. */
    public static final String CHUNK = """
            data: {"type":"chunk","text":"Grüße, ","model":"plain-1"}

            data: {"type":"ping"}

            data: {"type":"chunk","text":"w\\u00f6rld"}

            data: {"type":"tool","name":"search","q":[1.50]}

            data: {"type":"done","usage":{"prompt_tokens":7,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":2}}}

            """;

    /** Ends without a line end, as many do. */
    public static final String NDJSON = """
            {"token":"Grüße, ","model":"plain-1"}\r

            {"token":"w\\u00f6rld"}
            {"type":"tool","name":"search","q":[1.50]}
            {"usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":2},"output_tokens":9},"done":true}""";

    private AgentBodies() {}
}
