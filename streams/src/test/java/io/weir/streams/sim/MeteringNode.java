package io.weir.streams.sim;

import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.streams.life.HoldAnswer;
import io.weir.streams.life.HoldBook;
import io.weir.streams.life.HoldRules;

/** Metering: the book is its database and survives; the process does not. */
final class MeteringNode extends Node {
    private static final int SWEEP_MILLIS = 5000;

    final HoldBook book = new HoldBook(HoldRules.DEFAULT);
    private final World world;
    private final Variant variant;
    private long sweptAt;

    MeteringNode(World world, Variant variant) {
        super("metering");
        this.world = world;
        this.variant = variant;
        started();
    }

    @Override
    void started() {
        book.restarted(world.now());
        sweptAt = world.now();
        sweepLater();
    }

    private void sweepLater() {
        world.after(SWEEP_MILLIS, this, () -> {
            if (world.now() - sweptAt > 2 * SWEEP_MILLIS) {
                // This process itself was away: nobody could renew.
                book.restarted(world.now());
            }
            sweptAt = world.now();
            for (StreamId stream : book.sweep(world.now())) {
                world.trace(() -> "swept " + stream);
            }
            sweepLater();
        });
    }

    HoldAnswer.Fence fence(StreamId stream) {
        long at = world.now();
        if (variant == Variant.FENCE_IGNORES_LEASE) {
            at += HoldRules.DEFAULT.lease().toMillis() + 1;
        }
        HoldAnswer.Fence answer = book.fence(stream, at);
        if (answer instanceof HoldAnswer.Fence.Fenced(FenceReply reply)) {
            world.trace(() -> "fenced " + stream + " " + reply.reason());
        }
        return answer;
    }
}
