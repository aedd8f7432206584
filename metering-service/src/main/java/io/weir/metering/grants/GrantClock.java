package io.weir.metering.grants;

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
 * Lets grants begin and expire on accounts whose credit nobody moves. Whoever moves an account's credit sees to its
 * grants first, so no amount depends on when this runs; several processes may run it.
 */
@ApplicationScoped
public class GrantClock {
    private static final String ROUND = "SELECT grants_round($1) AS tended";

    private final Database database;
    private final MeteringSettings settings;
    private final AtomicBoolean failing = new AtomicBoolean();

    GrantClock(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @Scheduled(every = "${weir.metering.grants.interval:10s}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        return round().onFailure().recoverWithItem(this::failed).replaceWithVoid();
    }

    /** One round: the number of accounts on which a grant began or ended. */
    public Uni<Integer> round() {
        return database.one(ROUND, Tuple.of(settings.grants().batch()), row -> {
            failing.set(false);
            return row.getInteger("tended");
        });
    }

    private Integer failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            Log.warnf("grants were not tended, will go on trying cause=%s", failure);
        }
        return 0;
    }
}
