package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import io.weir.metering.holds.HotAccounts;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reserves and settles of a busy account are committed together, and nobody can tell from the answers. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class BatchTest {
    /** 100 prompt tokens and one lease of output at the default price. */
    private static final long HOLD = 6050;

    private static final String KILL = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE wait_event_type = 'Lock' AND application_name = 'weir-metering' AND query LIKE '%hold_batch%'";

    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();

    @Inject
    HotAccounts hot;

    @AfterEach
    void provesItself() {
        Audits.assertClean(metering);
    }

    @Test
    void switchesOnWhereLocksAreWaitedForAndOffAgain() throws Exception {
        // Given
        var account = metering.accountWith(100 * HOLD);

        // When: several wait for the account's row
        List<Future<Answer>> first;
        try (var lock = RowLock.of(account)) {
            first = start(6, () -> metering.reserve(ReserveTest.with(Metering.request(account), 100)));
            await(() -> RowLock.waiting() >= 4);
            lock.release();
        }
        assertThat(answers(first)).allMatch(a -> a.status() == 201);

        // Then: what comes now waits once for all of them
        assertThat(metric("weir_metering_hot_accounts")).isPositive();
        double items = metric("weir_metering_batch_items_sum");
        List<Future<Answer>> second;
        try (var lock = RowLock.of(account)) {
            second = start(20, () -> metering.reserve(ReserveTest.with(Metering.request(account), 100)));
            await(() -> RowLock.waiting() > 0);
            lock.release();
        }
        assertThat(answers(second)).allMatch(a -> a.status() == 201);
        assertThat(metric("weir_metering_batch_items_sum") - items).isEqualTo(20);
        assertThat(metering.view(account).heldMicro()).isEqualTo(26 * HOLD);

        // And with nothing left to share it cools down
        await(() -> metric("weir_metering_hot_accounts") == 0);
        items = metric("weir_metering_batch_items_sum");
        assertThat(metering.reserve(ReserveTest.with(Metering.request(account), 100))
                        .status())
                .isEqualTo(201);
        assertThat(metric("weir_metering_batch_items_sum")).isEqualTo(items);
    }

    @Test
    void refusesOneWithoutFailingTheOthers() throws Exception {
        // Given: credit for five, and a key that stands for another request
        var account = metering.accountWith(5 * HOLD);
        var known = Metering.request(account, Metering.stream(), "taken");
        metering.reserve(known);
        hot.heat(account);

        // When: all wait for one row, so that the later ones are one batch
        List<Future<Answer>> running = new ArrayList<>();
        try (var lock = RowLock.of(account)) {
            running.addAll(start(10, () -> metering.reserve(ReserveTest.with(Metering.request(account), 100))));
            running.addAll(start(
                    1,
                    () -> metering.reserve(ReserveTest.other(Metering.request(account, Metering.stream(), "taken")))));
            running.addAll(start(1, () -> metering.reserve(Metering.request(account, Metering.stream(), "taken"))));
            running.addAll(start(1, () -> metering.settle(known.streamId(), Metering.settlement(1, Totals.ZERO))));
            running.addAll(start(1, () -> metering.reserve(ReserveTest.agent(Metering.request(account), "priceless"))));
            await(() -> RowLock.waiting() > 0);
            lock.release();
        }

        // Then: each has its own answer
        var answers = answers(running);
        assertThat(answers.subList(0, 10))
                .extracting(Answer::status)
                .containsOnly(201, 402)
                .filteredOn(status -> status == 201)
                .hasSize(4);
        assertThat(answers.get(10).problem()).isEqualTo("idempotency-key-reused");
        assertThat(answers.get(11).status()).isEqualTo(201);
        assertThat(answers.get(12).status()).isEqualTo(409);
        assertThat(answers.get(13).status()).isEqualTo(500);
        assertThat(metering.view(account).availableMicro()).isZero();
    }

    @Test
    void doesAloneWhatTheDatabaseRefusesTogether() throws Exception {
        // Given: the database throws at one of them
        var account = metering.accountWith(100 * HOLD);
        hot.heat(account);
        Sql.run("CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'spoilt'; END $$;"
                + " CREATE TRIGGER spoil BEFORE INSERT ON hold FOR EACH ROW WHEN (NEW.session = 'spoilt')"
                + " EXECUTE FUNCTION spoil()");
        try {
            List<Future<Answer>> good;
            List<Future<Answer>> bad;
            try (var lock = RowLock.of(account)) {
                good = start(10, () -> metering.reserve(ReserveTest.with(Metering.request(account), 100)));
                bad = start(
                        1,
                        () -> metering.reserve(ReserveTest.with(
                                Metering.in(Metering.request(account), new SessionId("spoilt")), 100)));
                await(() -> RowLock.waiting() > 0);
                lock.release();
            }
            assertThat(answers(good)).allMatch(a -> a.status() == 201);
            assertThat(answers(bad)).allMatch(a -> a.status() == 500);
        } finally {
            Sql.run("DROP TRIGGER spoil ON hold; DROP FUNCTION spoil()");
        }
        assertThat(metering.view(account).heldMicro()).isEqualTo(10 * HOLD);
    }

    @Test
    void rollsABatchBackAsAWholeWhenItsConnectionDies() throws Exception {
        // Given
        var account = metering.accountWith(100 * HOLD);
        hot.heat(account);
        var requests = Stream.generate(() -> ReserveTest.with(Metering.request(account), 100))
                .limit(8)
                .toList();

        // When: the first batch dies in the middle of its work
        List<Future<Answer>> running = new ArrayList<>();
        try (var lock = RowLock.of(account)) {
            requests.forEach(request -> running.addAll(start(1, () -> metering.reserve(request))));
            await(() -> Sql.number(KILL) > 0);
            lock.release();
        }

        // Then: asked again, each is held once, whatever the first answer was
        assertThat(answers(running)).extracting(Answer::status).contains(503).isSubsetOf(201, 503);
        for (var request : requests) {
            assertThat(metering.reserve(request).status()).isEqualTo(201);
        }
        assertThat(metering.view(account).heldMicro()).isEqualTo(8 * HOLD);
    }

    @Test
    void keepsMixedAccountsExact() throws Exception {
        // Given: two that are hot, and two that are not
        List<AccountId> accounts =
                Stream.generate(() -> metering.accountWith(20 * HOLD)).limit(4).toList();
        accounts.subList(0, 2).forEach(hot::heat);
        double items = metric("weir_metering_batch_items_sum");

        // When
        var running = IntStream.range(0, 12)
                .mapToObj(seed -> start(1, () -> work(new Random(seed), accounts)))
                .flatMap(List::stream)
                .toList();
        long[] charged = new long[accounts.size()];
        for (var one : running) {
            long[] its = one.get();
            for (int i = 0; i < charged.length; i++) {
                charged[i] += its[i];
            }
        }

        // Then
        assertThat(metric("weir_metering_batch_items_sum") - items).isPositive();
        for (int i = 0; i < charged.length; i++) {
            var view = metering.view(accounts.get(i));
            assertThat(view.balanceMicro()).isEqualTo(20 * HOLD - charged[i]);
            assertThat(view.heldMicro()).isZero();
            assertThat(view.openStreams()).isZero();
        }
    }

    /** What one client was charged on each account. */
    private long[] work(Random random, List<AccountId> accounts) {
        long[] charged = new long[accounts.size()];
        for (int i = 0; i < 12; i++) {
            int number = random.nextInt(accounts.size());
            var request = ReserveTest.with(Metering.request(accounts.get(number)), 100);
            if (metering.reserve(request).status() == 201) {
                StreamId stream = request.streamId();
                metering.claim(stream, gateway, "1");
                var settlement = Metering.settlement(1, Totals.counted(100, random.nextInt(400)));
                var answer = metering.settle(stream, settlement);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(metering.settle(stream, settlement).body().path("chargeMicro"))
                        .isEqualTo(answer.body().path("chargeMicro"));
                charged[number] += answer.body().path("chargeMicro").asLong();
            }
        }
        return charged;
    }

    private double metric(String name) {
        return metering.text("/q/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    private static <T> List<Future<T>> start(int times, Callable<T> call) {
        // Never closed: a virtual thread is nothing to keep.
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        return IntStream.range(0, times).mapToObj(_ -> threads.submit(call)).toList();
    }

    private static List<Answer> answers(List<Future<Answer>> running) throws InterruptedException, ExecutionException {
        var answers = new ArrayList<Answer>();
        for (var one : running) {
            answers.add(one.get());
        }
        return answers;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    /** Somebody else holds an account's row. */
    private static final class RowLock implements AutoCloseable {
        private final Connection connection;

        private RowLock(Connection connection) {
            this.connection = connection;
        }

        static RowLock of(AccountId account) throws SQLException {
            var connection = Shared.database().getConnection();
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("SELECT 1 FROM account WHERE id = '" + account + "' FOR UPDATE");
            }
            return new RowLock(connection);
        }

        static long waiting() {
            return Sql.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                    + " AND application_name = 'weir-metering'");
        }

        void release() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
