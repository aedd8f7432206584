package io.weir.relay.topics;

import org.jspecify.annotations.Nullable;

/** The newest of what waits for the topic's loop: one that comes before the loop has time takes the place. Any thread. */
final class Handover {
    private @Nullable Due waiting;

    /**
     * What the loop tells.
     *
     * @param newest the newest
     * @param skipped how many it has replaced
     * @param except who is not told, because it said so itself
     */
    record Due(Newest newest, long skipped, @Nullable Subscriber except) {}

    /** True if the loop has to be asked to {@link #take}. */
    synchronized boolean offer(Newest newest, @Nullable Subscriber except) {
        Due before = waiting;
        waiting = new Due(newest, before == null ? 0 : before.skipped() + 1, except);
        return before == null;
    }

    synchronized @Nullable Due take() {
        Due due = waiting;
        waiting = null;
        return due;
    }
}
