package io.weir.relay.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Vertx;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.relay.loop.Loops;
import io.weir.streams.life.StreamLog;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What may be kept, and what goes first. */
class StreamLogsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final StreamHeader HEADER = new StreamHeader(
            new TenantId("default"),
            new AccountId("ada"),
            new SessionId("s"),
            "session:s",
            "session",
            "token",
            new AgentName("demo"),
            null);

    private final Loops loops = new Loops(VERTX);
    private int next;
    private final AtomicLong now = new AtomicLong(1);

    @AfterAll
    static void close() {
        VERTX.close();
    }

    @Test
    void dropsStoredLogsReadLongestAgoUntilAFifthIsFree() {
        // Given
        var logs = logs(400_000, Duration.ofHours(1));
        StreamId first = filled(logs, 60_000, true).id();
        StreamId second = filled(logs, 60_000, true).id();
        StreamId third = filled(logs, 60_000, true).id();
        StreamId open = filled(logs, 60_000, false).id();
        now.addAndGet(1);
        logs.find(first).orElseThrow().read(0, 1);
        // When they are just below the bound
        logs.evict();
        // Then
        assertThat(logs.bytes()).isLessThan(400_000);
        assertThat(logs.find(second)).isPresent();
        // When they reach it
        StreamId unstored = filled(logs, 90_000, false).id();
        logs.evict();
        // Then
        assertThat(logs.find(second)).isEmpty();
        assertThat(logs.find(third)).isEmpty();
        assertThat(logs.find(first)).isPresent();
        assertThat(logs.find(open)).isPresent();
        assertThat(logs.find(unstored)).isPresent();
        assertThat(logs.bytes()).isBetween(200_000L, 320_000L);
    }

    @Test
    void letsNobodyWaitAtACopyThatIsReleased() throws Exception {
        // Given a reader that looks right behind the one who releases
        var logs = logs(400_000, Duration.ofHours(1));
        LiveStream copy = logs.obtain(id(), HEADER, loops.of("k")).orElseThrow();
        var seen = new CompletableFuture<Optional<StreamLog.Reading>>();
        // When
        onLoop(copy, () -> {
            copy.loop().run(() -> seen.complete(copy.read(0, 1)));
            logs.release(copy);
        });
        // Then
        assertThat(seen.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(logs.find(copy.id())).isEmpty();
        assertThat(logs.bytes()).isZero();
    }

    @Test
    void makesRoomAsSoonAsALogReachesTheBound() {
        // Given
        var logs = logs(300_000, Duration.ofHours(1));
        StreamId stored = filled(logs, 100_000, true).id();
        // When
        filled(logs, 200_000, false);
        // Then
        await(() -> logs.find(stored).isEmpty());
    }

    @Test
    void opensNoFurtherStreamWhileOpenOnesFillTheRoom() {
        // Given
        var logs = logs(500_000, Duration.ofHours(1));
        LiveStream open = filled(logs, 300_000, false);
        assertThat(logs.obtain(id(), HEADER, loops.of("k"))).isPresent();
        // When
        filled(logs, 400_000, false);
        // Then
        assertThat(logs.bytes()).isGreaterThan(500_000);
        assertThat(logs.obtain(id(), HEADER, loops.of("k"))).isEmpty();
        assertThat(logs.obtain(open.id(), HEADER, loops.of("k"))).contains(open);
        assertThat(open.append(1, words(2, 1000))).isEqualTo(new StreamLog.Appended.Ack(2));
    }

    @Test
    void compactsOpenLogsWhereDroppingIsNotEnough() {
        // Given thoughts, which a snapshot does not keep
        var logs = logs(600_000, Duration.ofHours(1));
        var place = new Deltas.Place("msg_0", 0, 0);
        LiveStream open = logs.obtain(id(), HEADER, loops.of("k")).orElseThrow();
        // When
        for (int offset = 1; offset <= 70; offset++) {
            var thought = Unpooled.wrappedBuffer(new byte[10_000]);
            int next = offset;
            onLoop(open, () -> open.append(1, Deltas.one(next, "response.reasoning_text.delta", place, thought, 0, 0)));
        }
        // Then
        await(() -> logs.bytes() < 300_000);
        assertThat(logs.obtain(id(), HEADER, loops.of("k"))).isPresent();
    }

    @Test
    void keepsWhatMessagesDoesNotHaveHoweverOldAndHoweverFull() {
        // Given
        var logs = logs(100_000, Duration.ofHours(1));
        LiveStream ended = filled(logs, 200_000, false);
        end(ended);
        // When PostgreSQL is away for a day
        now.addAndGet(Duration.ofDays(1).toNanos());
        logs.evict();
        // Then
        assertThat(logs.find(ended.id())).isPresent();
        assertThat(ended.contents()).hasSize(2);
        assertThat(logs.obtain(id(), HEADER, loops.of("k"))).isEmpty();
        // When it is back
        ended.stored();
        logs.evict();
        // Then
        assertThat(logs.find(ended.id())).isEmpty();
        assertThat(logs.obtain(id(), HEADER, loops.of("k"))).isPresent();
    }

    @Test
    void dropsStoredLogsPastTheirTimeAndNoOthers() {
        // Given
        var logs = logs(1_000_000, Duration.ofHours(1));
        StreamId stored = filled(logs, 1000, true).id();
        StreamId open = filled(logs, 1000, false).id();
        // When it is not yet time
        now.addAndGet(Duration.ofHours(1).toNanos() - 1);
        logs.evict();
        // Then
        assertThat(logs.find(stored)).isPresent();
        // When
        now.addAndGet(1);
        logs.evict();
        // Then
        assertThat(logs.find(stored)).isEmpty();
        assertThat(logs.find(open)).isPresent();
        assertThat(logs.forget(open)).isFalse();
    }

    @Test
    void givesAllMemoryBack() {
        // Given
        var logs = logs(10_000_000, Duration.ofHours(1));
        for (int i = 0; i < 20; i++) {
            filled(logs, 100_000, true);
        }
        LiveStream last = filled(logs, 100_000, true);
        assertThat(logs.directBytes()).isGreaterThan(2_000_000);
        // When
        now.addAndGet(Duration.ofHours(2).toNanos());
        logs.evict();
        // Then
        await(() -> logs.directBytes() == 0);
        assertThat(logs.bytes()).isZero();
        assertThat(last.read(0, 1)).as("a reader that still had it").isEmpty();
    }

    @Test
    void tellsHowFarALogWasCompacted() {
        // Given
        LiveStream stream = filled(logs(10_000_000, Duration.ofHours(1)), 900_000, false);
        assertThat(stream.compacted()).isZero();
        // When
        onLoop(stream, () -> stream.append(1, words(2, 200_000)));
        // Then
        assertThat(stream.compacted()).isPositive();
    }

    private LiveStream filled(StreamLogs logs, int bytes, boolean stored) {
        LiveStream stream = logs.obtain(id(), HEADER, loops.of("k")).orElseThrow();
        onLoop(stream, () -> stream.append(1, words(1, bytes)));
        if (stored) {
            end(stream);
            stream.stored();
        }
        return stream;
    }

    private static void end(LiveStream stream) {
        var json = Unpooled.wrappedBuffer(new byte[2]);
        onLoop(
                stream,
                () -> stream.append(
                        1, new Run.Terminal(2, EndReason.COMPLETED, Totals.ZERO, UsageSource.COUNTED, json, 0)));
    }

    private static Deltas words(long offset, int bytes) {
        var place = new Deltas.Place("msg_0", 0, 0);
        return Deltas.one(offset, EventTypes.TEXT_DELTA, place, Unpooled.wrappedBuffer(new byte[bytes]), 0, offset);
    }

    private static void onLoop(LiveStream stream, Runnable work) {
        var done = new CompletableFuture<Void>();
        stream.loop().run(() -> {
            work.run();
            done.complete(null);
        });
        done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private StreamId id() {
        return new StreamId(new UUID(0x7000L, ++next));
    }

    private StreamLogs logs(long total, Duration kept) {
        var config = new LogConfig() {
            @Override
            public MemorySize stream() {
                return new MemorySize(BigInteger.valueOf(1_000_000));
            }

            @Override
            public MemorySize total() {
                return new MemorySize(BigInteger.valueOf(total));
            }

            @Override
            public Duration kept() {
                return kept;
            }

            @Override
            public MemorySize idle() {
                return new MemorySize(BigInteger.valueOf(100_000));
            }
        };
        return new StreamLogs(config, VERTX, new SimpleMeterRegistry(), now::get);
    }
}
