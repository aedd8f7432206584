package io.weir.relay.conversation;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/**
 * Brings the tables up to date after start, and keeps trying while PostgreSQL is away: meanwhile logs and live delivery
 * work, and messages wait.
 */
@Singleton
public class Schema {
    private static final Logger LOG = Logger.getLogger(Schema.class);
    private static final long RETRY_MILLIS = 2_000;

    private final Flyway flyway;
    private final Vertx vertx;
    private volatile boolean ready;

    Schema(Flyway flyway, Vertx vertx) {
        this.flyway = flyway;
        this.vertx = vertx;
    }

    /** True once the tables are there. */
    public boolean isReady() {
        return ready;
    }

    void start(@Observes StartupEvent started) {
        migrate();
    }

    private void migrate() {
        vertx.executeBlocking(flyway::migrate)
                .onComplete(
                        result -> {
                            ready = true;
                            LOG.infof("tables are up to date migrations=%d", result.migrationsExecuted);
                        },
                        failure -> {
                            LOG.warnf(
                                    "tables are not up to date retryMs=%d cause=%s",
                                    RETRY_MILLIS, failure.getClass().getSimpleName());
                            vertx.setTimer(RETRY_MILLIS, _ -> migrate());
                        });
    }
}
