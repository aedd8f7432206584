package io.weir.metering.holds;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import io.weir.metering.settings.Agents;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * How much output a reserve has to cover: what the agent's streams have lately been charged with per second. Read from
 * the ledger every now and then, so that a restart forgets nothing and all processes go by the same; nothing of it is
 * needed for a reserve to be right, only for its size to be fitting.
 */
@ApplicationScoped
public class Paces {
    private static final String READ = """
            SELECT agent, app, rate, rate_weight, ratio, ratio_weight
            FROM agent_paces($1, $2::bigint * interval '1 ms')
            """;

    private final Database database;
    private final PaceSettings settings;
    private final MeteringSettings metering;
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile Map<Key, Pace> known = Map.of();

    Paces(Database database, PaceSettings settings, MeteringSettings metering) {
        this.database = database;
        this.settings = settings;
        this.metering = metering;
    }

    /** An agent of a fleet: once it is moved to another, what it did there tells nothing. */
    private record Key(String agent, String app) {}

    @Scheduled(every = "${weir.metering.pace.interval:30s}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        return learn().onFailure()
                .invoke(this::failed)
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    /** Looks at what was settled: the number of agents that it tells of. */
    public Uni<Integer> learn() {
        var arguments = Tuple.of(settings.streams(), settings.halfLife().toMillis());
        return database.all(READ, arguments, row -> row).map(this::learned);
    }

    /** Tokens of one lease of output. */
    long leaseTokens(String name, Agents.Agent agent) {
        long seconds = metering.lease().toSeconds();
        if (!agent.learn()) {
            return Math.multiplyExact(agent.tokensPerSecond(), seconds);
        }
        return known.getOrDefault(new Key(name, agent.app().orElse("")), Pace.UNKNOWN)
                .leaseTokens(agent.tokensPerSecond(), seconds, settings);
    }

    private int learned(List<Row> rows) {
        known = rows.stream()
                .collect(Collectors.toUnmodifiableMap(
                        row -> new Key(row.getString("agent"), row.getString("app")), Paces::pace));
        failing.set(false);
        return rows.size();
    }

    private static Pace pace(Row row) {
        Double rate = row.getDouble("rate");
        Double ratio = row.getDouble("ratio");
        return new Pace(
                rate == null ? 0 : rate,
                row.getDouble("rate_weight"),
                ratio == null ? 1 : ratio,
                row.getDouble("ratio_weight"));
    }

    private void failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            Log.warnf("paces were not read, will go on trying cause=%s", failure);
        }
    }
}
