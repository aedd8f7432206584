package io.weir.gateway.counting;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The output tokens of one stream, delta by delta, counted in batches. Escaped slices are collected on the stream's loop;
 * a worker counts them, one batch at a time and in order.
 */
public final class RunningCount {
    private final Context context;
    private final WorkerExecutor workers;
    private final DeltaTokens tokens;
    private final Consumer<int[]> counted;
    private List<DeltaTokens.Piece> pending = new ArrayList<>();
    private boolean underWay;
    private boolean urgent;

    RunningCount(Context context, WorkerExecutor workers, DeltaTokens tokens, Consumer<int[]> counted) {
        this.context = context;
        this.workers = workers;
        this.tokens = tokens;
        this.counted = counted;
    }

    /**
     * Adds deltas.
     *
     * @param text their escaped text
     * @param ends end of each in {@code text}
     * @param now somebody waits for the count
     */
    public void add(ByteBuf text, int[] ends, boolean now) {
        pending.add(new DeltaTokens.Piece(text, ends));
        if (now) {
            urgent = true;
            poll();
        }
    }

    /** Starts a batch if there is anything to count and none is under way. */
    public void poll() {
        if (underWay || pending.isEmpty()) {
            return;
        }
        underWay = true;
        urgent = false;
        List<DeltaTokens.Piece> batch = pending;
        pending = new ArrayList<>();
        // Batches of one stream never overlap, and each hands over to the next through the context: no lock is needed.
        workers.executeBlocking(() -> tokens.count(batch), false)
                .onComplete(done -> context.runOnContext(_ -> {
                    underWay = false;
                    counted.accept(done.succeeded() ? done.result() : DeltaTokens.estimated(batch));
                    if (urgent) {
                        poll();
                    }
                }));
    }
}
