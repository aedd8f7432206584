package io.weir.metering.chain;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Makes the partitions of the months to come. A month that begins without one is booked to the partition that takes
 * everything else: money never waits for this job.
 */
@ApplicationScoped
public class EntryMonths {
    private static final String AHEAD = "SELECT entry_partitions_ahead($1) AS made";

    private final Database database;
    private final MeteringSettings settings;

    EntryMonths(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @Scheduled(every = "${weir.metering.chain.months-interval:1h}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        return makeAhead()
                .onFailure()
                .invoke(failure -> Log.warnf("no partitions were made, will try again cause=%s", failure))
                .onFailure()
                .recoverWithItem(0)
                .replaceWithVoid();
    }

    /** Makes what is missing: the number of partitions made. */
    public Uni<Integer> makeAhead() {
        return database.one(AHEAD, Tuple.of(settings.chain().monthsAhead()), row -> row.getInteger("made"));
    }
}
