package io.weir.metering;

import io.weir.contracts.id.StreamId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Holds the row lock of one hold, lets requests queue up behind it one by one, and lets them go in that order: PostgreSQL
 * gives a row to those that wait for it as they came.
 */
final class HoldLock implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";

    private final Connection connection;
    private int queued;

    private HoldLock(Connection connection) {
        this.connection = connection;
    }

    static HoldLock on(StreamId stream) {
        try {
            var connection = Shared.database().getConnection();
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("SELECT FROM hold WHERE stream_id = '" + stream.value() + "' FOR NO KEY UPDATE");
            }
            return new HoldLock(connection);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Sends a request and returns once it waits for the row. */
    <T> CompletableFuture<T> queue(Supplier<T> request) {
        var answer = CompletableFuture.supplyAsync(request, Thread::startVirtualThread);
        queued++;
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (Sql.number(WAITING) < queued) {
            if (answer.isDone() || System.nanoTime() - until > 0) {
                throw new AssertionError("does not wait for the row: " + answer);
            }
            Thread.onSpinWait();
        }
        return answer;
    }

    /** Lets the first one have the row, then the next. */
    void release() {
        try {
            connection.rollback();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        try {
            connection.rollback();
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
