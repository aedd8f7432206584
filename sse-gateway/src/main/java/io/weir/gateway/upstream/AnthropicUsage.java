package io.weir.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.stream.Totals;
import io.weir.streams.json.JsonSlices;
import io.weir.streams.run.UsageJson;
import java.util.Optional;

/**
 * Usage that comes in pieces: the input side with {@code message_start}, and again where a later event corrects it; the
 * output side cumulative with each {@code message_delta}. Cached and written tokens are beside the input there, within it
 * here.
 */
final class AnthropicUsage {
    private static final int INPUT = 0;
    private static final int CACHE_WRITE = 1;
    private static final int CACHE_READ = 2;
    private static final int OUTPUT = 3;

    private final JsonSlices usage =
            new JsonSlices("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens");
    private long input;
    private long cacheWrite;
    private long cacheRead;
    private long output;
    private boolean told;

    /** What the first event says; its output tokens are a placeholder. */
    void started(ByteBuf object) {
        if (usage.scan(object) == JsonSlices.Outcome.OBJECT) {
            inputSide();
        }
    }

    /** What a {@code message_delta} says: members that are null or missing stand as they were. */
    void sofar(ByteBuf object) {
        if (usage.scan(object) == JsonSlices.Outcome.OBJECT) {
            inputSide();
            output = count(OUTPUT, output);
            told = true;
        }
    }

    /** The totals, once the agent has told them; empty if they are zeros, which says that it does not know. */
    Optional<Totals> totals() {
        long whole = Math.min(UsageJson.MAX_TOKENS, input + cacheWrite + cacheRead);
        long cached = Math.min(cacheRead, whole);
        boolean known = told && (whole > 0 || output > 0);
        return known
                ? Optional.of(new Totals(whole, cached, Math.min(cacheWrite, whole - cached), output, 0))
                : Optional.empty();
    }

    private void inputSide() {
        input = count(INPUT, input);
        cacheWrite = count(CACHE_WRITE, cacheWrite);
        cacheRead = count(CACHE_READ, cacheRead);
    }

    private long count(int member, long otherwise) {
        return Math.clamp(usage.number(member, otherwise), 0, UsageJson.MAX_TOKENS);
    }
}
