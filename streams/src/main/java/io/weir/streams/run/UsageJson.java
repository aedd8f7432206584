package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.stream.Totals;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.json.JsonSlices.Outcome;
import io.weir.streams.json.JsonText;
import java.util.Optional;

/** The {@code usage} objects of Responses and of chat.completions. Off the hot path. */
public final class UsageJson {
    /** More tokens than any answer has; what an agent says beyond it is cut, so that prices cannot overflow. */
    public static final long MAX_TOKENS = 1_000_000_000L;

    private static final int INPUT = 0;
    private static final int PROMPT = 1;
    private static final int OUTPUT = 2;
    private static final int COMPLETION = 3;
    private static final int INPUT_DETAILS = 4;
    private static final int PROMPT_DETAILS = 5;
    private static final int OUTPUT_DETAILS = 6;
    private static final int COMPLETION_DETAILS = 7;

    private UsageJson() {}

    /**
     * Totals of a {@code usage} object in either naming. Parts that exceed their whole are cut to it. Empty if there is no
     * such object or it says nothing but zeros: both mean that the agent does not know.
     */
    public static Optional<Totals> read(ByteBuf usage) {
        var slices = new JsonSlices(
                "input_tokens",
                "prompt_tokens",
                "output_tokens",
                "completion_tokens",
                "input_tokens_details",
                "prompt_tokens_details",
                "output_tokens_details",
                "completion_tokens_details");
        if (slices.scan(usage) != Outcome.OBJECT) {
            return Optional.empty();
        }
        long input = count(slices, INPUT, PROMPT);
        long output = count(slices, OUTPUT, COMPLETION);
        if (input == 0 && output == 0) {
            return Optional.empty();
        }
        var inputDetails = details(slices, INPUT_DETAILS, PROMPT_DETAILS);
        var outputDetails = details(slices, OUTPUT_DETAILS, COMPLETION_DETAILS);
        long cached = Math.min(input, count(inputDetails, 0, 0));
        long cacheWrite = Math.min(input - cached, count(inputDetails, 1, 1));
        long reasoning = Math.min(output, count(outputDetails, 2, 2));
        return Optional.of(new Totals(input, cached, cacheWrite, output, reasoning));
    }

    /** Writes totals as a Responses {@code usage} object. */
    static void write(Totals totals, ByteBuf out) {
        JsonText.raw("{\"input_tokens\":", out);
        JsonText.number(totals.input(), out);
        JsonText.raw(",\"input_tokens_details\":{\"cached_tokens\":", out);
        JsonText.number(totals.cached(), out);
        JsonText.raw(",\"cache_write_tokens\":", out);
        JsonText.number(totals.cacheWrite(), out);
        JsonText.raw("},\"output_tokens\":", out);
        JsonText.number(totals.output(), out);
        JsonText.raw(",\"output_tokens_details\":{\"reasoning_tokens\":", out);
        JsonText.number(totals.reasoning(), out);
        JsonText.raw("},\"total_tokens\":", out);
        JsonText.number(totals.total(), out);
        out.writeByte('}');
    }

    private static JsonSlices details(JsonSlices usage, int name, int otherName) {
        var details = new JsonSlices("cached_tokens", "cache_write_tokens", "reasoning_tokens");
        details.scan(usage.raw(usage.kind(name) == Kind.OBJECT ? name : otherName));
        return details;
    }

    private static long count(JsonSlices slices, int name, int otherName) {
        long said = slices.number(name, slices.number(otherName, 0));
        return Math.clamp(said, 0, MAX_TOKENS);
    }
}
