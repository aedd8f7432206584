package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Run;
import java.util.List;

/** Writes the JSON of the event that ends a stream. Pure; the caller has decided everything else. */
@FunctionalInterface
public interface TerminalBody {
    /**
     * The canonical terminal event.
     *
     * @param offset its offset
     * @param reason how the stream ended
     * @param totals final totals
     * @param source where they come from
     * @param runs everything before it, in order, from offset 1 (deltas merged where they could be)
     * @return one line of UTF-8 JSON, read-only, on memory that the garbage collector owns
     */
    ByteBuf write(long offset, EndReason reason, Totals totals, UsageSource source, List<Run> runs);
}
