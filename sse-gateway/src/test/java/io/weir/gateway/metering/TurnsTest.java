package io.weir.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.weir.gateway.fakes.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final List<Integer> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void letsTheNextBeginWhenOneIsOver() {
        var turns = new Turns(context, 2);
        context.runOnContext(_ -> IntStream.range(0, 5).forEach(task -> turns.enter(() -> begun.add(task))));
        Await.until("two under way", () -> begun.size() == 2);

        context.runOnContext(_ -> turns.leave());
        Await.until("a third", () -> begun.size() == 3);
        context.runOnContext(_ -> {
            turns.leave();
            turns.leave();
        });
        Await.until("all", () -> begun.size() == 5);

        assertThat(begun).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void runsThroughALongLineThatEndsAtOnce() {
        var turns = new Turns(context, 1);
        var over = new AtomicInteger();
        context.runOnContext(_ -> IntStream.range(0, 100_000)
                .forEach(_ -> turns.enter(() -> {
                    over.incrementAndGet();
                    turns.leave();
                })));

        Await.until("all over", () -> over.get() == 100_000);
        context.runOnContext(_ -> turns.enter(() -> begun.add(1)));
        Await.until("room again", () -> !begun.isEmpty());
    }
}
