package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class OutageTest {
    private static final String KILL = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE application_name = 'weir-metering' AND wait_event_type = 'Lock'";

    private static final int POOL = 16;

    private final Metering metering = new Metering();

    @AfterEach
    void mend() {
        Shared.mendDatabase();
    }

    @Test
    void answers503WhileTheDatabaseIsAwayAndGoesOnAfterwards() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        var request = Metering.request(account);

        // When
        Shared.cutDatabase();
        var away = metering.reserve(request);
        var alsoAway = metering.get("/v1/prices", Tokens.user("root", "admin"));
        var receipt = metering.receipt(request.streamId());
        Shared.mendDatabase();

        // Then: never 402, and the same request works later
        for (var answer : new Metering.Answer[] {away, alsoAway, receipt}) {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.problem()).isEqualTo("metering-unavailable");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
        assertThat(eventually(request).grantedMicro()).isEqualTo(6050);
        assertThat(metering.view(account).openStreams()).isEqualTo(1);
    }

    @Test
    void rollsAWriteBackAsAWholeWhenItsConnectionDies() throws Exception {
        // Given: a reserve that waits for its account in the middle of its work
        var account = metering.accountWith(1_000_000);
        var request = Metering.request(account);
        var answer = new CompletableFuture<Metering.Answer>();
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("UPDATE account SET balance = balance WHERE id = '" + account + "'");
            Thread.startVirtualThread(() -> answer.complete(metering.reserve(request)));

            // When
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (Sql.number(KILL) == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(20);
            }
            connection.rollback();
        }

        // Then: nothing of it was done, and asking again does it once
        assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(503);
        assertThat(metering.view(account).heldMicro()).isZero();
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        assertThat(metering.view(account).heldMicro()).isEqualTo(6050);
        Audits.assertClean(metering);
    }

    @Test
    void leavesConnectionsOnWhichTheDatabaseHasDiedWithoutAWord() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);

        // When: more calls than the pool has connections find out that nobody answers
        Shared.strandDatabase();
        var answers = new ArrayList<CompletableFuture<Metering.Answer>>();
        for (int i = 0; i < POOL + 4; i++) {
            var answer = new CompletableFuture<Metering.Answer>();
            answers.add(answer);
            Thread.startVirtualThread(() -> answer.complete(metering.get("/v1/prices", Tokens.user("root", "admin"))));
        }

        // Then
        for (var answer : answers) {
            assertThat(answer.get(20, TimeUnit.SECONDS).status()).isIn(200, 503);
        }
        assertThat(eventually(Metering.request(account)).grantedMicro()).isEqualTo(6050);
    }

    private ReserveReply eventually(ReserveRequest request) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            var answer = metering.reserve(request);
            if (answer.status() < 300) {
                return answer.as(ReserveReply.class);
            }
            assertThat(answer.status()).isEqualTo(503);
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(100);
        }
    }
}
