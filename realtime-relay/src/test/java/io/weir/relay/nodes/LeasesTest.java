package io.weir.relay.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.streams.faults.RedisServers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is there, and how much room there is, by what one real server knows. */
class LeasesTest {
    @RegisterExtension
    static final SilentRedis REDIS = new SilentRedis(RedisServers::single);

    @Test
    void losesANodeWhoseLeaseHasEndedButNoneWhenRedisHasForgottenAll() {
        var keys = new Keys("leases", 4);
        var here = new Leases(REDIS.redis(), keys, "here", 2_000);
        var there = new Leases(REDIS.redis(), keys, "there", 2_000);
        Set<String> lost = ConcurrentHashMap.newKeySet();
        // Given
        RedisServers.await(() -> {
            there.renew(lost::addAll);
            here.renew(lost::addAll);
            return here.areKnown() && there.areKnown();
        });
        // When all is forgotten while both are there
        REDIS.servers().empty();
        here.renew(lost::addAll);
        here.renew(lost::addAll);
        there.renew(lost::addAll);
        here.renew(lost::addAll);
        RedisServers.await(() -> here.mayBeAlive("there"));
        assertThat(lost).isEmpty();
        // When one says nothing more
        RedisServers.await(() -> {
            here.renew(lost::addAll);
            return lost.contains("there");
        });
        // Then
        assertThat(lost).containsExactly("there");
        assertThat(here.mayBeAlive("there")).isFalse();
    }

    @Test
    void isFullWhileOpenStreamsAloneExceedTheBound() {
        var keys = new Keys("room", 4);
        var log = new SharedLog(REDIS.redis(), keys, "node", Duration.ofHours(1), Duration.ofHours(1));
        var room = new Room(log, keys, 10_000);
        StreamId stream = StreamId.next(Clock.systemUTC(), new Random(7));
        log.open(stream, 1, header()).toCompletableFuture().join();
        sweep(room);
        assertThat(room.isFull()).isFalse();
        // When
        log.append(stream, 1, List.of(SharedLogTest.text(1, "x".repeat(20_000))), SharedLog.End.NONE)
                .toCompletableFuture()
                .join();
        // Then
        RedisServers.await(() -> {
            sweep(room);
            return room.isFull();
        });
        // When the stream has ended, and its answer is kept elsewhere
        log.append(stream, 2, List.of(SharedLogTest.terminal(20_001)), SharedLog.End.FENCE)
                .toCompletableFuture()
                .join();
        log.stored(stream).toCompletableFuture().join();
        // Then
        RedisServers.await(() -> {
            sweep(room);
            return !room.isFull();
        });
        assertThat(log.read(stream, 0).toCompletableFuture().join()).isEmpty();
    }

    private static StreamHeader header() {
        return new StreamHeader(
                new TenantId("default"),
                new AccountId("ada"),
                new SessionId("s"),
                "session:s",
                "session",
                "token",
                new AgentName("demo"),
                null);
    }

    private static void sweep(Room room) {
        var partitions = new AtomicInteger();
        room.sweep(_ -> partitions.incrementAndGet());
        RedisServers.await(() -> partitions.get() == 4);
    }
}
