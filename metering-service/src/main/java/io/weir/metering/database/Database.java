package io.weir.metering.database;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Runs one statement of the ledger: one round trip, autocommit, READ COMMITTED.
 *
 * <p>A call starts the statement at once and detached: the {@link Uni} only observes it. Whoever cancels the Uni (a
 * client that went away, a deadline) neither stops the statement, nor loses its commit, nor keeps its connection.
 */
@ApplicationScoped
public class Database {
    private final Pool pool;
    private final MeteringSettings settings;

    /** Over a pool that is bounded as the settings say. */
    public Database(Pool pool, MeteringSettings settings) {
        this.pool = pool;
        this.settings = settings;
    }

    /** The only row of a statement that always gives one. */
    public <T> Uni<T> one(String sql, Tuple arguments, Function<Row, T> read) {
        return observe(
                run(sql, arguments).map(rows -> read.apply(rows.iterator().next())));
    }

    /** All rows of a statement for whoever will {@link #observe} what becomes of them. */
    public Future<List<Row>> rows(String sql, Tuple arguments) {
        return run(sql, arguments)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
    }

    /**
     * On a connection of its own, and not by the pool's own query: that leaves its timer running where no connection was
     * to be had, and each of them is an error in the log once it fires.
     */
    private Future<RowSet<Row>> run(String sql, Tuple arguments) {
        return pool.withConnection(connection -> connection.preparedQuery(sql).execute(arguments));
    }

    /** All rows of a statement, in order. */
    public <T> Uni<List<T>> all(String sql, Tuple arguments, Function<Row, T> read) {
        return observe(rows(sql, arguments).map(rows -> rows.stream().map(read).toList()));
    }

    /** Several reading statements that all see one and the same state, each giving one row; {@code within} for all. */
    public <T> Uni<List<T>> snapshot(Collection<String> statements, Function<Row, T> read, Duration within) {
        return observe(within, pool.withConnection(connection -> {
            Future<List<T>> answers = connection
                    .query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .execute()
                    .map(_ -> List.of());
            for (String sql : statements) {
                answers = answers.compose(before -> connection
                        .query(sql)
                        .execute()
                        .map(rows -> append(before, read, rows.iterator().next())));
            }
            return answers.eventually(() -> connection.query("ROLLBACK").execute());
        }));
    }

    private static <T> List<T> append(List<T> before, Function<Row, T> read, Row row) {
        return Stream.concat(before.stream(), Stream.of(read.apply(row))).toList();
    }

    /** Watches, for as long as a caller waits, something that has been started. */
    public <T> Uni<T> observe(Future<T> running) {
        return observe(settings.answerWithin(), running);
    }

    private static <T> Uni<T> observe(Duration within, Future<T> running) {
        return Uni.createFrom()
                .completionStage(running.toCompletionStage())
                .ifNoItem()
                .after(within)
                .fail();
    }
}
