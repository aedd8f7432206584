package io.weir.gateway.posted;

import io.netty.buffer.ByteBuf;
import io.weir.streams.sse.SseDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the events of one body: by their ids if it says of none from where it begins and the first has a number for an id,
 * else by counting. Stream's loop.
 */
final class Numbers implements SseDecoder.Handler {
    private static final int MAX_DIGITS = 18;

    private final PostedStream stream;
    private final boolean counts;
    private long next;
    private boolean decided;
    private boolean byId;

    /**
     * Numbers for a stream.
     *
     * @param from number of the first event; 0 if the producer does not say
     */
    Numbers(PostedStream stream, long from) {
        this.stream = stream;
        this.counts = from > 0;
        this.next = Math.max(1, from);
    }

    @Override
    public void event(@Nullable String type, @Nullable ByteBuf id, ByteBuf data) {
        if (!data.isReadable()) {
            return;
        }
        long named = counts || id == null ? 0 : number(id);
        if (!decided) {
            decided = true;
            byId = named > 0;
        }
        long number = byId && named > 0 ? named : next;
        next = number + 1;
        stream.event(number, type, data);
    }

    /** The number that an id is; 0 if it is none. */
    private static long number(ByteBuf id) {
        String text = id.toString(StandardCharsets.US_ASCII);
        boolean digits =
                !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Long.parseLong(text) : 0;
    }
}
