package io.weir.relay.changes;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.weir.relay.changes.ChangeStore.Batch;
import io.weir.relay.loop.Loop;
import io.weir.relay.loop.Loops;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the outbox of {@code messages} behind a cursor, on a connection of its own that is notified of new changes, and
 * looks by itself now and then. What was told is saved right after, so a relay that starts again goes on from there. While
 * PostgreSQL is away it tries again; nothing is lost meanwhile. On one loop.
 */
@Singleton
class ChangeReader {
    private static final Logger LOG = Logger.getLogger(ChangeReader.class);
    private static final long MIN_PAUSE_MILLIS = 100;
    private static final long MAX_PAUSE_MILLIS = 5_000;
    private static final long PRUNE_MILLIS = 60_000;

    private final Pool pool;
    private final ChangeStore store;
    private final ChangeSink sink;
    private final ChangesConfig config;
    private final Vertx vertx;
    private final Loop loop;
    private final ChangeCursor cursor;
    private final Counter told;

    private @Nullable SqlConnection connection;
    private long startedNanos;
    private long pauseMillis = MIN_PAUSE_MILLIS;
    private boolean restored;
    private boolean clientsAreBack;
    private boolean reading;
    private boolean again;
    private boolean hinted;
    private volatile boolean stopped;

    ChangeReader(
            Pool pool,
            ChangeStore store,
            ChangeSink sink,
            ChangesConfig config,
            Vertx vertx,
            Loops loops,
            MeterRegistry meters) {
        this.pool = pool;
        this.store = store;
        this.sink = sink;
        this.config = config;
        this.vertx = vertx;
        this.loop = loops.of("changes");
        this.cursor = new ChangeCursor(config.ahead());
        this.told = meters.counter("relay.changes.told");
    }

    void start(@Observes StartupEvent started) {
        begin();
    }

    /** Reads from now on. */
    void begin() {
        startedNanos = System.nanoTime();
        loop.run(this::connect);
        vertx.setPeriodic(config.poll().toMillis(), _ -> loop.run(this::look));
        vertx.setPeriodic(PRUNE_MILLIS, _ -> loop.run(this::prune));
    }

    /** Before the sockets are closed: what nobody can be told any more is for the next process to tell. */
    void stop(@Observes @Priority(1) ShutdownDelayInitiatedEvent stopping) {
        end();
    }

    /** Tells nothing more. */
    void end() {
        stopped = true;
    }

    private void connect() {
        if (!stopped) {
            pool.getConnection()
                    .subscribe()
                    .with(
                            opened -> loop.run(() -> connected(opened)),
                            failure -> loop.run(() -> connectLater(failure)));
        }
    }

    private void connectLater(Throwable failure) {
        if (stopped) {
            return;
        }
        LOG.warnf(
                "changes cannot be read retryMs=%d cause=%s",
                pauseMillis, failure.getClass().getSimpleName());
        sink.live(false);
        loop.later(pauseMillis, this::connect);
        pauseMillis = Math.min(MAX_PAUSE_MILLIS, pauseMillis * 2);
    }

    private void connected(SqlConnection opened) {
        PgConnection notified = PgConnection.cast(opened);
        notified.notificationHandler(_ -> loop.run(this::hint));
        notified.closeHandler(() -> loop.run(() -> failed(opened, new ClosedChannelException())));
        connection = opened;
        reading = true;
        ask(opened, store.listen(opened).chain(() -> store.load(opened)), saved -> {
            if (!restored) {
                saved.ifPresent(cursor::restore);
                restored = true;
            }
            reading = false;
            look();
        });
    }

    /** Asks the database something; a failure is the end of the connection. */
    private <T> void ask(SqlConnection on, Uni<T> question, Consumer<T> then) {
        question.ifNoItem()
                .after(config.timeout())
                .fail()
                .subscribe()
                .with(
                        answer -> loop.run(() -> {
                            if (on.equals(connection)) {
                                then.accept(answer);
                            }
                        }),
                        failure -> loop.run(() -> failed(on, failure)));
    }

    private void failed(SqlConnection on, Throwable failure) {
        if (on.equals(connection)) {
            connection = null;
            reading = false;
            on.close().subscribe().with(_ -> {}, closing -> LOG.debugf(closing, "connection was closed already"));
            connectLater(failure);
        }
    }

    private void hint() {
        if (!hinted) {
            hinted = true;
            loop.later(config.debounce().toMillis(), () -> {
                hinted = false;
                look();
            });
        }
    }

    private void look() {
        SqlConnection on = connection;
        if (stopped || on == null) {
            return;
        }
        if (reading) {
            again = true;
            return;
        }
        reading = true;
        again = false;
        ask(on, store.read(on, cursor.ask(), config.batch()), batch -> read(on, batch));
    }

    private void read(SqlConnection on, Batch batch) {
        pauseMillis = MIN_PAUSE_MILLIS;
        sink.live(true);
        boolean empty = batch.page().rows().isEmpty();
        long waitMillis = config.returnWait().toMillis() - (System.nanoTime() - startedNanos) / 1_000_000;
        if (stopped || (!clientsAreBack && !empty && waitMillis > 0)) {
            reading = false;
            loop.later(waitMillis, this::look);
            return;
        }
        clientsAreBack = true;
        batch.changes().forEach(sink::tell);
        told.increment(batch.changes().size());
        boolean all = cursor.told(batch.page());
        if (empty) {
            done(all);
        } else {
            ask(on, store.save(on, cursor.save()), _ -> done(all));
        }
    }

    private void done(boolean all) {
        reading = false;
        if (!all || again) {
            look();
        }
    }

    private void prune() {
        SqlConnection on = connection;
        if (stopped || on == null || !restored) {
            return;
        }
        ask(on, store.prune(on, config.keep()), pruned -> {
            Set<Long> known = Set.copyOf(cursor.ask().except());
            long from = cursor.ask().from();
            long untold = pruned.stream()
                    .filter(row -> row.xid() >= from && !known.contains(row.seq()))
                    .count();
            if (untold > 0) {
                LOG.warnf("changes too old to be told count=%d", untold);
            }
            if (!pruned.isEmpty()) {
                prune();
            }
        });
    }
}
