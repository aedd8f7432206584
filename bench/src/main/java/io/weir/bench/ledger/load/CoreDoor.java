package io.weir.bench.ledger.load;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.id.StreamId;
import io.weir.metering.answer.Outcome;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.database.Database;
import io.weir.metering.holds.HotSettings;
import io.weir.metering.holds.LedgerCore;
import io.weir.metering.holds.PaceSettings;
import io.weir.metering.settings.Agents;
import io.weir.metering.settings.MeteringSettings;
import java.util.Map;

/** The service's own classes over a pool like the service's, without HTTP. */
final class CoreDoor implements Door {
    private static final String NAME = "bench";
    private static final int ABOVE_DEFAULTS = 500;

    private final LedgerCore core;

    CoreDoor(Vertx vertx, DoorSpec spec) {
        var options = new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(spec.port())
                .setDatabase("weir_metering")
                .setUser("postgres")
                .setPassword("postgres")
                .setCachePreparedStatements(true)
                .addProperty("application_name", "weir-bench");
        var pool = Pool.pool(vertx, options, new PoolOptions().setMaxSize(spec.connections()));
        var config = config(spec.settings());
        var database = new Database(pool, config.getConfigMapping(MeteringSettings.class));
        this.core = LedgerCore.over(vertx, database, config, new SimpleMeterRegistry());
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(settings, NAME, ABOVE_DEFAULTS))
                .withMapping(MeteringSettings.class)
                .withMapping(HotSettings.class)
                .withMapping(PaceSettings.class)
                .withMapping(Agents.class)
                .withValidateUnknown(false)
                .build();
    }

    @Override
    public Future<?> reserve(ReserveRequest request) {
        return done(core.reserve(request));
    }

    @Override
    public Future<?> claim(StreamId stream, ClaimRequest request) {
        return done(core.claim(stream, request));
    }

    @Override
    public Future<?> update(UpdateBatch batch) {
        Promise<Object> answer = Promise.promise();
        core.update(batch).subscribe().with(answer::complete, answer::fail);
        return answer.future();
    }

    @Override
    public Future<?> settle(StreamId stream, SettleRequest request) {
        return done(core.settle(stream, request));
    }

    private static <T> Future<T> done(Uni<Outcome<T>> running) {
        Promise<T> answer = Promise.promise();
        running.subscribe()
                .with(
                        outcome -> {
                            switch (outcome) {
                                case Done<T> done -> answer.complete(done.value());
                                case Refused<T> refused -> answer.fail(refused.type() + ": " + refused.detail());
                            }
                        },
                        answer::fail);
        return answer.future();
    }
}
