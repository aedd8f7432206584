package io.weir.metering.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.weir.metering.settings.MeteringSettings;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Bounds the pool: its queue, the wait for a connection, and how long PostgreSQL works on a statement or stays silent. */
@Singleton
class PoolBounds implements PgPoolCreator {
    private final MeteringSettings settings;

    PoolBounds(MeteringSettings settings) {
        this.settings = settings;
    }

    @Override
    public Pool create(Input input) {
        var bounds = settings.pool();
        input.poolOptions()
                .setMaxWaitQueueSize(bounds.queue())
                .setConnectionTimeout((int) bounds.acquire().toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        for (PgConnectOptions options : input.pgConnectOptionsList()) {
            options.addProperty(
                    "statement_timeout", Long.toString(bounds.statement().toMillis()));
            options.setReadIdleTimeout((int) bounds.silence().toSeconds()).setIdleTimeoutUnit(TimeUnit.SECONDS);
            options.addProperty("application_name", "weir-metering");
        }
        return Pool.pool(input.vertx(), input.pgConnectOptionsList().getFirst(), input.poolOptions());
    }
}
