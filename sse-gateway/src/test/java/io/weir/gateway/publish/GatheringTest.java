package io.weir.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.Tickets;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatheringTest {
    private final StreamId stream = Tickets.stream();
    private final Vertx vertx = Vertx.vertx();
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final List<List<Long>> taken = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 20})
    void handsOnTogetherWhatComesTogether(long millis) throws InterruptedException {
        var gathering = gathering(millis);
        var put = new CountDownLatch(1);
        // While the context is busy nothing is taken.
        context.runOnContext(_ -> LongStream.rangeClosed(1, 100).forEach(offset -> gathering.put(run(offset))));
        context.runOnContext(_ -> put.countDown());
        put.await();

        Await.until("taken", () -> !taken.isEmpty());
        assertThat(taken).containsExactly(LongStream.rangeClosed(1, 100).boxed().toList());
        gathering.put(run(101));
        Await.until("taken again", () -> taken.size() == 2);
        assertThat(taken.getLast()).containsExactly(101L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void losesNothingAndKeepsTheOrderOfAnotherThread(long millis) {
        var gathering = gathering(millis);
        long last = 50_000;
        for (long offset = 1; offset <= last; offset++) {
            gathering.put(run(offset));
        }

        Await.until("all taken", () -> taken.stream().mapToInt(List::size).sum() == last);
        assertThat(taken.stream().flatMap(List::stream).toList())
                .isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(longs = 0)
    void dropsWhatIsTooMuch(long millis) {
        var gathering = gathering(millis);
        context.runOnContext(_ -> LongStream.rangeClosed(1, 100_005).forEach(offset -> gathering.put(run(offset))));

        Await.until("taken", () -> !taken.isEmpty());
        assertThat(taken.getFirst()).hasSize(100_000).last().isEqualTo(100_000L);
    }

    private Gathering gathering(long millis) {
        Gathering[] made = new Gathering[1];
        made[0] = new Gathering(context, Duration.ofMillis(millis), () -> {
            List<Long> offsets = new ArrayList<>();
            made[0].take(run -> offsets.add(run.run().last()));
            if (!offsets.isEmpty()) {
                taken.add(offsets);
            }
        });
        return made[0];
    }

    private AppendFrame.Append run(long offset) {
        return new AppendFrame.Append(stream, 1, new Run.Event(offset, "x", Unpooled.EMPTY_BUFFER, 0));
    }
}
