package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.AccountId;
import io.weir.metering.Metering.Answer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Lets the service's connection die while it works on an account. */
final class Crash {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String KILL = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE wait_event_type = 'Lock' AND application_name = 'weir-metering'";

    private Crash() {}

    /** What a call is answered whose statement is killed where it waits for the account; its own answer if it never does. */
    static Answer of(AccountId account, Supplier<Answer> call) {
        var answer = new CompletableFuture<Answer>();
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM account WHERE id = '" + account + "' FOR UPDATE");
            Thread.startVirtualThread(() -> answer.complete(call.get()));
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!answer.isDone() && Sql.number(KILL) == 0) {
                assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            }
            connection.rollback();
            return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (SQLException | InterruptedException | TimeoutException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
