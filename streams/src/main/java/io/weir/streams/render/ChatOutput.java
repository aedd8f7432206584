package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.stream.Totals;
import io.weir.streams.json.JsonElements;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * What an answer's output is in chat.completions: one text, one refusal, and function calls. All are escaped slices.
 *
 * @param text of all messages, joined
 * @param refusal of all messages, joined
 * @param calls in order
 */
record ChatOutput(ByteBuf text, ByteBuf refusal, List<Call> calls) {
    /** A function call. */
    record Call(ByteBuf id, ByteBuf name, ByteBuf arguments) {
        /** Writes the whole call, at its index. */
        void write(int index, ByteBuf out) {
            JsonText.raw("{\"index\":", out);
            JsonText.number(index, out);
            JsonText.raw(",\"id\":\"", out);
            JsonText.copy(id, out);
            JsonText.raw("\",\"type\":\"function\",\"function\":{\"name\":\"", out);
            JsonText.copy(name, out);
            JsonText.raw("\",\"arguments\":\"", out);
            JsonText.copy(arguments, out);
            JsonText.raw("\"}}", out);
        }
    }

    /** The output that a terminal event carries. */
    static ChatOutput of(Run.Terminal terminal) {
        var event = new JsonSlices("response");
        event.scan(terminal.json());
        var response = new JsonSlices("output");
        response.scan(event.raw(0));
        ByteBuf text = Unpooled.buffer();
        ByteBuf refusal = Unpooled.buffer();
        var calls = new ArrayList<Call>();
        var item = new JsonSlices("type", "content", "call_id", "name", "arguments");
        var part = new JsonSlices("text", "refusal");
        for (ByteBuf element : JsonElements.of(response.raw(0))) {
            item.scan(element);
            if (item.is(0, "function_call")) {
                calls.add(new Call(item.text(2), item.text(3), item.text(4)));
            } else if (item.is(0, "message")) {
                for (ByteBuf said : JsonElements.of(item.raw(1))) {
                    part.scan(said);
                    JsonText.copy(part.text(0), text);
                    JsonText.copy(part.text(1), refusal);
                }
            }
        }
        return new ChatOutput(text, refusal, calls);
    }

    /** Writes {@code "tool_calls":[…]}; each call is whole, at its own index. */
    void toolCalls(ByteBuf out) {
        JsonText.raw("\"tool_calls\":[", out);
        for (int i = 0; i < calls.size(); i++) {
            JsonText.raw(i == 0 ? "" : ",", out);
            calls.get(i).write(i, out);
        }
        out.writeByte(']');
    }

    /** {@code finish_reason} of an answer that did not fail, with its quotes. */
    String finishReason(Run.Terminal terminal) {
        if (!terminal.reason().endsRegularly()) {
            return "\"length\"";
        }
        return calls.isEmpty() ? "\"stop\"" : "\"tool_calls\"";
    }

    /** Writes the {@code usage} object. */
    static void usage(Totals totals, ByteBuf out) {
        JsonText.raw("{\"prompt_tokens\":", out);
        JsonText.number(totals.input(), out);
        JsonText.raw(",\"completion_tokens\":", out);
        JsonText.number(totals.output(), out);
        JsonText.raw(",\"total_tokens\":", out);
        JsonText.number(totals.total(), out);
        JsonText.raw(",\"prompt_tokens_details\":{\"cached_tokens\":", out);
        JsonText.number(totals.cached(), out);
        JsonText.raw("},\"completion_tokens_details\":{\"reasoning_tokens\":", out);
        JsonText.number(totals.reasoning(), out);
        JsonText.raw("}}", out);
    }
}
