package io.weir.local.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The dialects of agents that somebody wrote in an afternoon: text, an end, an error, and usage with the end. */
final class PlainWire implements AgentWire {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Words words;

    /** Which words, and what stands around them. */
    enum Words {
        TOKEN,
        CHUNK,
        LINE
    }

    PlainWire(Words words) {
        this.words = words;
    }

    @Override
    public String begin() {
        return words == Words.LINE ? "\n" : ": connected\n\n";
    }

    @Override
    public String delta(String text) {
        ObjectNode said = JSON.createObjectNode();
        return framed(words == Words.CHUNK ? said.put("type", "chunk").put("text", text) : said.put("token", text));
    }

    @Override
    public String usageSoFar(AgentUsage usage) {
        return framed(withUsage(JSON.createObjectNode(), usage));
    }

    @Override
    public String end(String text, AgentUsage usage, boolean cut) {
        ObjectNode end = JSON.createObjectNode();
        if (words == Words.CHUNK) {
            end.put("type", "done");
        } else if (words == Words.LINE) {
            end.put("done", true);
        }
        if (cut) {
            end.put("reason", "length");
        }
        return framed(withUsage(end, usage)) + (words == Words.TOKEN ? "data: [DONE]\n\n" : "");
    }

    @Override
    public String fail(String text, AgentUsage usage) {
        ObjectNode failure = JSON.createObjectNode();
        return framed(
                words == Words.CHUNK
                        ? failure.put("type", "error").put("message", "internal error")
                        : failure.put("error", "internal error"));
    }

    @Override
    public String whole(String text, AgentUsage usage, boolean cut) {
        return withUsage(JSON.createObjectNode().put("text", text), usage).toString();
    }

    private static ObjectNode withUsage(ObjectNode object, AgentUsage usage) {
        object.putObject("usage").put("input_tokens", usage.input()).put("output_tokens", usage.output());
        return object;
    }

    private String framed(ObjectNode object) {
        return words == Words.LINE ? object + "\n" : "data: " + object + "\n\n";
    }
}
