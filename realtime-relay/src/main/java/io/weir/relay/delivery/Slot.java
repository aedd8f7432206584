package io.weir.relay.delivery;

import io.weir.relay.topics.Newest;
import org.jspecify.annotations.Nullable;

/**
 * Room for one frame of which only the newest counts: one that is still here when the next comes is skipped. Belongs to the
 * {@link Outbound} that it is given to, which guards it.
 *
 * @param <F> what the connection sends
 */
public final class Slot<F extends Frame> {
    private final Tail.Encoder<F> encoder;
    private @Nullable Newest waiting;
    private long skipped;

    /** An empty slot. */
    public Slot(Tail.Encoder<F> encoder) {
        this.encoder = encoder;
    }

    /** True if nothing was waiting. */
    boolean offer(Newest newest, long skippedBefore) {
        boolean empty = waiting == null;
        skipped += skippedBefore + (empty ? 0 : 1);
        waiting = newest;
        return empty;
    }

    /** Null where the connection has no form for it. */
    @Nullable
    F poll() {
        Newest newest = waiting;
        F frame = newest == null ? null : encoder.encode(newest.told(skipped));
        waiting = null;
        skipped = 0;
        return frame;
    }
}
