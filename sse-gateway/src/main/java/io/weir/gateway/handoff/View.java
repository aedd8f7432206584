package io.weir.gateway.handoff;

import io.weir.streams.render.Dialect;
import io.weir.streams.render.Framing;

/**
 * How one reader is shown a stream.
 *
 * @param dialect what its endpoint promises
 * @param framing how events are put into the body
 * @param model shown as {@code model} where the dialect has that
 * @param usageChunk chat.completions: one more chunk with the usage, for those who asked
 * @param usage whether {@code weir.usage} is sent
 * @param early true: status and headers leave at once; false: they wait until the agent has committed itself
 */
public record View(Dialect dialect, Framing framing, String model, boolean usageChunk, boolean usage, boolean early) {
    /** What an edge gets: the canonical events, everything. */
    public static View canonical(String model) {
        return new View(Dialect.RESPONSES, Framing.SSE, model, false, true, true);
    }
}
