package io.weir.relay.cameras;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Serves cameras on a port of their own, where one is configured: the same endpoint, and nothing else. */
@Singleton
class CameraPort {
    private static final Logger LOG = Logger.getLogger(CameraPort.class);
    private static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
    private static final int NOT_FOUND = 404;

    private final CameraPortConfig config;
    private @Nullable Router router; // known before the application starts
    private volatile @Nullable HttpServer server;

    CameraPort(CameraPortConfig config) {
        this.config = config;
    }

    void routes(@Observes Router known) {
        router = known;
    }

    void start(@Observes @Priority(10_000) StartupEvent started, Vertx vertx) {
        Router endpoints = router;
        if (config.cameraPort().isEmpty() || endpoints == null) {
            return;
        }
        var options = new HttpServerOptions()
                .setHost(config.cameraHost())
                .setPort(config.cameraPort().getAsInt())
                .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
                .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES)
                .setWebSocketSubProtocols(List.of("*"));
        vertx.createHttpServer(options)
                .requestHandler(request -> handle(request, endpoints))
                .listen()
                .onSuccess(listening -> {
                    server = listening;
                    LOG.infof("cameras listen port=%d", listening.actualPort());
                })
                .onFailure(failure -> LOG.errorf(
                        "cameras cannot listen port=%d cause=%s",
                        config.cameraPort().getAsInt(), failure.getMessage()));
    }

    /** Where it listens; 0 where it does not. */
    int actualPort() {
        HttpServer listening = server;
        return listening == null ? 0 : listening.actualPort();
    }

    private static void handle(HttpServerRequest request, Router endpoints) {
        if (request.path() != null && request.path().startsWith(CameraUpgradeCheck.PATH)) {
            endpoints.handle(request);
        } else {
            request.response().setStatusCode(NOT_FOUND).end();
        }
    }
}
