package io.weir.metering.chain;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Seals the entries of the ledger behind the money's back, each seal over the one before, and goes on recomputing the
 * seals from the entries. Several processes may do so: one row lets only one of them at a time.
 */
@ApplicationScoped
public class EntryChain {
    private static final String SEAL = "SELECT entries_seal($1) AS done";
    private static final String VERIFY = "SELECT entries_verify($1, $2::bigint * interval '1 ms') AS done";
    private static final String STATE = "SELECT sealed_id, verified_id, verified_at, broken_id FROM entry_chain";

    private final Database database;
    private final MeteringSettings settings;
    private final AtomicBoolean failing = new AtomicBoolean();

    EntryChain(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** Seals what there is, within its bound, and verifies some. Never fails. */
    @Scheduled(every = "${weir.metering.chain.interval:2s}", concurrentExecution = ConcurrentExecution.SKIP)
    public Uni<Void> round() {
        return seal(settings.chain().seals(), false)
                .chain(this::verify)
                .invoke(_ -> failing.set(false))
                .onFailure()
                .recoverWithItem(this::failed)
                .replaceWithVoid();
    }

    /**
     * The next seal at once while they are full. The first that is not has come to the end of what was noted; the one after
     * it notes what has been booked since.
     *
     * @param left most seals
     */
    private Uni<Integer> seal(int left, boolean noted) {
        return seal().chain(done -> {
            boolean full = done == settings.chain().batch();
            return left == 1 || (noted && !full) ? Uni.createFrom().item(done) : seal(left - 1, noted || !full);
        });
    }

    /** Seals one batch: the number of entries. An entry is sealed once every statement that began before it has ended. */
    public Uni<Integer> seal() {
        return database.one(SEAL, Tuple.of(settings.chain().batch()), EntryChain::done);
    }

    /** Verifies some seals: their number. At the end of the chain it begins anew, once a pass is old enough. */
    public Uni<Integer> verify() {
        var chain = settings.chain();
        return database.one(VERIFY, Tuple.of(chain.verify(), chain.again().toMillis()), EntryChain::done);
    }

    /** How far the chain has come. */
    public Uni<ChainState> state() {
        return database.one(STATE, Tuple.tuple(), row -> {
            OffsetDateTime verified = row.getOffsetDateTime("verified_at");
            return new ChainState(
                    row.getLong("sealed_id"),
                    row.getLong("verified_id"),
                    verified == null ? null : verified.toInstant(),
                    row.getLong("broken_id"));
        });
    }

    private static Integer done(Row row) {
        return row.getInteger("done");
    }

    private Integer failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            Log.warnf("entries were not sealed, will go on trying cause=%s", failure);
        }
        return 0;
    }
}
