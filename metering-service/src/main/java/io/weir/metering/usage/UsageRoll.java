package io.weir.metering.usage;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Rolls settlements up into usage, behind the money's back: a settle only gets a number. Several processes may do so; one
 * row lets only one of them at a time.
 */
@ApplicationScoped
public class UsageRoll {
    private static final String ROLL = "SELECT usage_roll($1) AS moved";

    private final Database database;
    private final MeteringSettings settings;
    private final AtomicBoolean failing = new AtomicBoolean();

    UsageRoll(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @Scheduled(every = "${weir.metering.usage.interval:1s}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        // Takes in what the last tick noted, then notes what has come since.
        return all().chain(this::some)
                .invoke(_ -> failing.set(false))
                .onFailure()
                .recoverWithItem(this::failed)
                .replaceWithVoid();
    }

    /** Takes in all that was noted. */
    private Uni<Long> all() {
        return some().chain(moved -> moved > 0 ? all() : Uni.createFrom().item(moved));
    }

    /** One statement: how many numbers further the watermark is. */
    public Uni<Long> some() {
        return database.one(ROLL, Tuple.of(settings.usage().batch()), row -> row.getLong("moved"));
    }

    private Long failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            Log.warnf("usage was not rolled up, will go on trying cause=%s", failure);
        }
        return 0L;
    }
}
