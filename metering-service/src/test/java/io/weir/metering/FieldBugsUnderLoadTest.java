package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import io.weir.metering.usage.UsageRoll;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bugs of {@link FieldBugsTest} that others met under load, after a crash, or with clocks that disagree. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class FieldBugsUnderLoadTest {
    private static final long HOLD = 6050;
    private static final String KILL_INGEST = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE wait_event_type = 'Lock' AND application_name = 'weir-metering' AND query LIKE '%usage_ingest%'";

    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();
    private final String service = Tokens.service("hold");

    @Inject
    UsageRoll roll;

    @AfterEach
    void provesItself() {
        Audits.assertClean(metering);
    }

    @Test
    void ledgerCores_oneIdForTwoAccountsUnderLoad() throws Exception {
        // Two accounts reserve under one stream id at once: one has it, the other holds nothing.
        for (int round = 0; round < 10; round++) {
            var one = metering.accountWith(HOLD);
            var other = metering.accountWith(HOLD);
            var stream = Metering.stream();

            var answers = atOnce(List.of(
                    () -> metering.reserve(Metering.request(one, stream, "a")),
                    () -> metering.reserve(Metering.request(other, stream, "b"))));

            assertThat(answers).filteredOn(a -> a.status() == 201).hasSize(1);
            assertThat(metering.view(one).heldMicro() + metering.view(other).heldMicro())
                    .isEqualTo(HOLD);
        }
    }

    @Test
    void ledgerCores_deadlocksBetweenAccounts() throws Exception {
        // Batches that extend streams of two accounts, named in opposite orders, while both accounts settle.
        var accounts = List.of(metering.accountWith(50 * HOLD), metering.accountWith(50 * HOLD));
        var streams = IntStream.range(0, 8)
                .mapToObj(i -> {
                    var request = Metering.request(accounts.get(i % 2));
                    metering.reserve(request);
                    metering.claim(request.streamId(), gateway, "1");
                    return request.streamId();
                })
                .toList();
        long before = Sql.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");

        var calls = new ArrayList<Callable<Answer>>();
        for (int i = 0; i < 8; i++) {
            var order = i % 2 == 0 ? streams : streams.reversed();
            int output = 100 * i;
            calls.add(() -> metering.update(
                    gateway,
                    "1",
                    order.stream()
                            .map(s -> new Update(s, 1, Totals.counted(100, output), true))
                            .toArray(Update[]::new)));
        }
        streams.forEach(
                stream -> calls.add(() -> metering.settle(stream, Metering.settlement(1, Totals.counted(100, 700)))));
        assertThat(atOnce(calls)).allMatch(a -> a.status() == 200);

        assertThat(Sql.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
                .isEqualTo(before);
    }

    @Test
    void ledgerCores_endlessWait() throws SQLException {
        // Somebody holds the account's row and never lets go: the caller is told, and what it asked is done once.
        var account = metering.accountWith(5 * HOLD);
        var request = Metering.request(account);
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("UPDATE account SET balance = balance WHERE id = '" + account + "'");

            var answer = metering.reserve(request);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            connection.rollback();
        }
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        assertThat(metering.view(account).heldMicro()).isEqualTo(HOLD);
    }

    @Test
    void silentUsageLoss_anEventOfLongAgoIsBookedAndNotDropped() {
        var account = metering.accountWith(1_000_000);

        var answer = send("old-" + account, account, 100, Instant.parse("2019-01-01T00:00:00Z"));

        assertThat(answer.status()).isBetween(200, 299);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(1_000_000 - 250);
    }

    @Test
    void silentUsageLoss_anEventWhoseBookingDiedIsNotTakenForSeen() throws Exception {
        var account = metering.accountWith(1_000_000);
        var answer = new CompletableFuture<Answer>();
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("UPDATE account SET balance = balance WHERE id = '" + account + "'");
            Thread.startVirtualThread(() -> answer.complete(send("seen-" + account, account, 100, Instant.now())));
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (Sql.number(KILL_INGEST) == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
            connection.rollback();
        }
        assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(503);

        send("seen-" + account, account, 100, Instant.now());

        assertThat(metering.view(account).balanceMicro()).isEqualTo(1_000_000 - 250);
    }

    @Test
    void silentUsageLoss_aSettleThatCommitsLateIsNotSkipped() throws Exception {
        // Its number is older than that of a settle which is rolled up already.
        var slow = metering.accountWith(5 * HOLD);
        var fast = metering.accountWith(5 * HOLD);
        var streams = List.of(open(slow), open(fast));
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT * FROM hold_settle('" + streams.getFirst()
                    + "', 1, 100, 0, 0, 10, 0, 'agent', 'completed', NULL, NULL, now(), NULL, now())");
            metering.settle(streams.getLast(), Metering.settlement(1, Totals.counted(100, 10)));
            for (int round = 0; round < 4; round++) {
                roll.some().await().atMost(Duration.ofSeconds(20));
            }
            connection.commit();
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        for (var account : List.of(slow, fast)) {
            while (Sql.number("SELECT count(*) FROM usage_record WHERE account_id = '" + account + "'") == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                roll.some().await().atMost(Duration.ofSeconds(20));
            }
        }
    }

    private StreamId open(AccountId account) {
        var request = Metering.request(account);
        metering.reserve(request);
        metering.claim(request.streamId(), gateway, "1");
        return request.streamId();
    }

    private Answer send(String id, AccountId account, long output, Instant at) {
        return metering.postEvent(
                "{\"specversion\":\"1.0\",\"type\":\"dev.weir.usage.v1\",\"source\":\"/field\",\"id\":\"" + id
                        + "\",\"time\":\"" + at + "\",\"data\":{\"account\":\"" + account + "\",\"agent\":\"demo\","
                        + "\"tokens\":{\"input\":100,\"cached\":0,\"cacheWrite\":0,\"output\":" + output
                        + ",\"reasoning\":0}}}",
                service,
                "application/cloudevents+json");
    }

    private static List<Answer> atOnce(List<Callable<Answer>> calls) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = calls.stream().map(threads::submit).toList();
            var answers = new ArrayList<Answer>();
            for (var one : running) {
                answers.add(one.get());
            }
            return answers;
        }
    }
}
