package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything at once, on a few accounts with little credit: no deadlock, no lost or doubled micro-credit. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class ConcurrentConversationsTest {
    private static final int THREADS = 16;
    private static final int STEPS = 60;
    private static final Set<Integer> EXPECTED = Set.of(200, 201, 204, 402, 404, 409, 429);

    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();
    private final List<StreamId> streams = new CopyOnWriteArrayList<>();

    @Inject
    Sweeper sweeper;

    @Test
    void keepsTheLedgerWhenEverythingHappensAtOnce() throws Exception {
        // Given
        List<AccountId> accounts =
                Stream.generate(() -> metering.accountWith(40_000)).limit(4).toList();
        long deadlocks = deadlocks();

        // When
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, THREADS)
                    .mapToObj(seed -> threads.submit(() -> converse(new Random(seed), accounts)))
                    .toList();
            for (Future<?> thread : running) {
                thread.get();
            }
        }

        // Then
        Audits.assertClean(metering);
        assertThat(deadlocks()).isEqualTo(deadlocks);
        for (var account : accounts) {
            assertThat(metering.view(account).availableMicro()).isNotNegative();
        }
        // And once every gateway is gone, nothing is held any more.
        Sql.loseLease(gateway, 60);
        Sql.run("UPDATE hold SET expires_at = clock_timestamp() WHERE state = 'RESERVED'");
        for (int round = 0; round < 10; round++) {
            sweeper.sweep().await().atMost(Duration.ofSeconds(10));
        }
        for (var account : accounts) {
            assertThat(metering.view(account).heldMicro()).isZero();
            assertThat(metering.view(account).openStreams()).isZero();
        }
        Audits.assertClean(metering);
    }

    private void converse(Random random, List<AccountId> accounts) {
        for (int step = 0; step < STEPS; step++) {
            var answer = step(random, accounts);
            assertThat(EXPECTED).as(answer.body().toString()).contains(answer.status());
        }
    }

    private Answer step(Random random, List<AccountId> accounts) {
        if (streams.size() < 10 || random.nextInt(4) == 0) {
            var request = Metering.request(accounts.get(random.nextInt(accounts.size())));
            var answer = metering.reserve(request);
            if (answer.status() == 201) {
                streams.add(request.streamId());
                metering.claim(request.streamId(), gateway, "1");
            }
            return answer;
        }
        var stream = streams.get(random.nextInt(streams.size()));
        return switch (random.nextInt(8)) {
            case 0, 1 -> metering.settle(stream, Metering.settlement(1, Totals.counted(100, random.nextInt(5000))));
            case 2 -> metering.fence(stream);
            case 3 -> metering.cancel(stream, accounts.getFirst());
            case 4 -> metering.grant(accounts.get(random.nextInt(accounts.size())), 500);
            case 5 -> {
                sweeper.sweep().await().atMost(Duration.ofSeconds(10));
                yield metering.release(stream);
            }
            default -> metering.update(gateway, "1", updates(random));
        };
    }

    /** Many streams in any order, all hungry. */
    private Update[] updates(Random random) {
        return streams.stream()
                .filter(_ -> random.nextInt(3) > 0)
                .map(stream -> new Update(stream, 1, Totals.counted(100, random.nextInt(3000)), true))
                .toArray(Update[]::new);
    }

    private static long deadlocks() {
        return Sql.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
}
