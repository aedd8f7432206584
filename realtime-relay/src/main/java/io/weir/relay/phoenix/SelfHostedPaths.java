package io.weir.relay.phoenix;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Leads the addresses of a Realtime server of one's own to those behind a gateway: {@code /socket/websocket}, and
 * {@code /api/broadcast} where its clients send broadcasts over HTTP.
 */
@Singleton
class SelfHostedPaths {
    void register(@Observes Router router) {
        router.route("/socket/websocket").handler(context -> lead(context, PhoenixEndpoint.PATH));
        router.route("/api/broadcast*")
                .handler(context ->
                        lead(context, "/realtime/v1" + context.request().path()));
    }

    private static void lead(RoutingContext context, String path) {
        String query = context.request().query();
        context.reroute(query == null ? path : path + "?" + query);
    }
}
