package io.weir.metering.sweep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import io.weir.metering.holds.HoldMeters;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends, at their last reported totals, the streams whose gateway's lease has been lost for longer than the grace or that
 * a living gateway has not named for long, and releases reserved holds past their life. One statement ends a bounded
 * number of them, and the next follows at once while there may be more. Several processes may sweep; the database lets one
 * statement follow the other.
 */
@ApplicationScoped
public class Sweeper {
    static final String OPEN = "weir.metering.holds.open";
    static final String RESERVED = "weir.metering.holds.reserved";
    static final String ORPHANED = "weir.metering.orphaned";
    private static final String SWEEP = """
            SELECT orphaned, released, open_holds, reserved_holds, booked_agents, booked_charges, booked_receivables
            FROM hold_sweep($1::bigint * interval '1 ms', $2::bigint * interval '1 ms', $3::bigint * interval '1 ms',
                $4::bigint * interval '1 ms', $5::bigint * interval '1 ms', $6)
            """;

    private final Database database;
    private final MeteringSettings settings;
    private final HoldMeters meters;
    private final AtomicLong openHolds = new AtomicLong();
    private final AtomicLong reservedHolds = new AtomicLong();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final Counter orphans;

    Sweeper(Database database, MeteringSettings settings, HoldMeters meters, MeterRegistry registry) {
        this.database = database;
        this.settings = settings;
        this.meters = meters;
        this.orphans = Counter.builder(ORPHANED)
                .description("Streams ended by the sweeper because their gateway was lost")
                .register(registry);
        Gauge.builder(OPEN, openHolds, AtomicLong::get)
                .description("Claimed, unsettled holds at the last sweep")
                .register(registry);
        Gauge.builder(RESERVED, reservedHolds, AtomicLong::get)
                .description("Unclaimed holds at the last sweep")
                .register(registry);
    }

    @Scheduled(every = "${weir.metering.sweep.interval:5s}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> round() {
        return sweep().onFailure().recoverWithItem(this::failed).replaceWithVoid();
    }

    /** Ends all that is lost. */
    public Uni<Swept> sweep() {
        return some().chain(this::rest);
    }

    private Uni<Swept> rest(Swept some) {
        boolean all = some.orphaned() + some.released() < settings.sweep().batch();
        return all ? Uni.createFrom().item(some) : sweep().map(some::and);
    }

    /** One statement. */
    private Uni<Swept> some() {
        var sweep = settings.sweep();
        var arguments = Tuple.of(
                settings.lease().toMillis(),
                sweep.outage().toMillis(),
                sweep.grace().toMillis(),
                sweep.silence().toMillis(),
                settings.keyLife().toMillis(),
                sweep.batch());
        return database.one(SWEEP, arguments, this::swept);
    }

    private Swept swept(Row row) {
        var swept = new Swept(row.getInteger("orphaned"), row.getInteger("released"));
        openHolds.set(row.getLong("open_holds"));
        reservedHolds.set(row.getLong("reserved_holds"));
        orphans.increment(swept.orphaned());
        String[] agents = row.getArrayOfStrings("booked_agents");
        Long[] charges = row.getArrayOfLongs("booked_charges");
        Long[] receivables = row.getArrayOfLongs("booked_receivables");
        for (int i = 0; i < agents.length; i++) {
            meters.booked(agents[i], charges[i], receivables[i]);
        }
        failing.set(false);
        if (swept.orphaned() + swept.released() > 0) {
            Log.infof("holds swept orphaned=%d released=%d", swept.orphaned(), swept.released());
        }
        return swept;
    }

    private Swept failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            Log.warnf("sweep failed, will go on trying cause=%s", failure);
        }
        return new Swept(0, 0);
    }

    /**
     * What a round did.
     *
     * @param orphaned streams ended
     * @param released unclaimed holds given back
     */
    public record Swept(int orphaned, int released) {
        Swept and(Swept more) {
            return new Swept(orphaned + more.orphaned, released + more.released);
        }
    }
}
