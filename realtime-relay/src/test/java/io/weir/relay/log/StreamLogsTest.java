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
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.math.BigInteger;
import java.time.Duration;
import java.util.UUID;
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

    @AfterAll
    static void close() {
        VERTX.close();
    }

    @Test
    void dropsStoredLogsFirstReadLongestAgoUntilAFifthIsFree() {
        // Given
        var logs = logs(100_000, Duration.ofHours(1));
        StreamId first = filled(logs, 40_000, true).id();
        StreamId second = filled(logs, 40_000, true).id();
        StreamId open = filled(logs, 19_000, false).id();
        logs.find(first).orElseThrow().read(0, 1);
        assertThat(logs.bytes()).isLessThan(100_000);
        StreamId unstored = filled(logs, 5_000, false).id();
        // When
        logs.evict();
        // Then
        assertThat(logs.find(second)).isEmpty();
        assertThat(logs.find(first)).isPresent();
        assertThat(logs.find(open)).isPresent();
        assertThat(logs.find(unstored)).isPresent();
        assertThat(logs.bytes()).isLessThan(80_000);
    }

    @Test
    void opensNoFurtherStreamWhileOpenOnesFillTheRoom() {
        // Given
        var logs = logs(50_000, Duration.ofHours(1));
        filled(logs, 60_000, false);
        // Then
        assertThat(logs.obtain(id(), HEADER, loops.of("k"))).isEmpty();
    }

    @Test
    void dropsStoredLogsPastTheirTimeAndNoOthers() {
        // Given
        var logs = logs(1_000_000, Duration.ZERO);
        StreamId stored = filled(logs, 1000, true).id();
        StreamId open = filled(logs, 1000, false).id();
        // When
        logs.evict();
        // Then
        assertThat(logs.find(stored)).isEmpty();
        assertThat(logs.find(open)).isPresent();
        assertThat(logs.forget(open)).isFalse();
    }

    @Test
    void tellsHowFarALogWasCompacted() {
        // Given
        LiveStream stream = filled(logs(10_000_000, Duration.ofHours(1)), 900_000, false);
        assertThat(stream.compacted()).isZero();
        // When
        var place = new Deltas.Place("msg_0", 0, 0);
        var text = Unpooled.wrappedBuffer(new byte[200_000]);
        stream.append(1, Deltas.one(2, EventTypes.TEXT_DELTA, place, text, 0, 2));
        // Then
        assertThat(stream.compacted()).isPositive();
    }

    private LiveStream filled(StreamLogs logs, int bytes, boolean stored) {
        LiveStream stream = logs.obtain(id(), HEADER, loops.of("k")).orElseThrow();
        var place = new Deltas.Place("msg_0", 0, 0);
        var text = Unpooled.wrappedBuffer(new byte[bytes]);
        stream.append(1, Deltas.one(1, EventTypes.TEXT_DELTA, place, text, 0, 1));
        if (stored) {
            stream.append(
                    1,
                    new Run.Terminal(
                            2,
                            EndReason.COMPLETED,
                            Totals.ZERO,
                            UsageSource.COUNTED,
                            Unpooled.wrappedBuffer(new byte[2]),
                            0));
            stream.stored();
        }
        return stream;
    }

    private StreamId id() {
        return new StreamId(new UUID(0x7000L, ++next));
    }

    private static StreamLogs logs(long total, Duration kept) {
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
        };
        return new StreamLogs(config, VERTX, new SimpleMeterRegistry());
    }
}
