package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;

/** An answer at once, for callers that do not stream: what the OpenAI endpoints return, made of the terminal event. */
public final class WholeAnswer {
    private WholeAnswer() {}

    /** The {@code response} object. */
    public static ByteBuf response(Run.Terminal terminal) {
        return responseOf(terminal.json());
    }

    /** The {@code response} object of an answer that has not ended. */
    public static ByteBuf inProgress(StreamId stream, String model) {
        return responseOf(new ResponseJson(stream, model).inProgress(1, 0).json());
    }

    private static ByteBuf responseOf(ByteBuf json) {
        var event = new JsonSlices("response");
        event.scan(json);
        return event.raw(0);
    }

    /**
     * The {@code chat.completion} object of an answer that did not fail.
     *
     * @param model shown as {@code model}
     */
    public static ByteBuf chatCompletion(StreamId stream, String model, Run.Terminal terminal) {
        ChatOutput output = ChatOutput.of(terminal);
        ByteBuf out = Unpooled.buffer(512 + output.text().readableBytes());
        JsonText.raw("{\"id\":\"chatcmpl-", out);
        JsonText.raw(stream.toString(), out);
        JsonText.raw("\",\"object\":\"chat.completion\",\"created\":", out);
        JsonText.number(ResponseJson.createdAt(stream), out);
        JsonText.raw(",\"model\":", out);
        JsonText.quoted(model, out);
        JsonText.raw(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":", out);
        boolean silent = !output.text().isReadable() && !output.calls().isEmpty();
        text(output.text(), silent, out);
        JsonText.raw(",\"refusal\":", out);
        text(output.refusal(), !output.refusal().isReadable(), out);
        JsonText.raw(",\"annotations\":[]", out);
        if (!output.calls().isEmpty()) {
            out.writeByte(',');
            output.toolCalls(out);
        }
        JsonText.raw("},\"logprobs\":null,\"finish_reason\":", out);
        JsonText.raw(output.finishReason(terminal), out);
        JsonText.raw("}],\"usage\":", out);
        ChatOutput.usage(terminal.totals(), out);
        return out.writeByte('}');
    }

    private static void text(ByteBuf escaped, boolean none, ByteBuf out) {
        if (none) {
            JsonText.raw("null", out);
        } else {
            out.writeByte('"');
            JsonText.copy(escaped, out);
            out.writeByte('"');
        }
    }
}
