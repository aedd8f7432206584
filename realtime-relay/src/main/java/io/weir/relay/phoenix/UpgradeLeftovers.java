package io.weir.relay.phoenix;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a request leaves behind that has become a socket: the framework keeps it for as long as the socket, with all its
 * headers and with what filters and security have noted about it, some 3 KiB. Nobody asks for that again.
 */
@Singleton
final class UpgradeLeftovers {
    private static final AttributeKey<RoutingContext> REQUEST = AttributeKey.valueOf("weir.upgrade.request");
    private static final Set<String> OF_THE_HANDSHAKE = Set.of("connection", "host", "upgrade");
    private static final String SEC_WEBSOCKET = "sec-websocket-";
    /** Before the routes. */
    private static final int EARLY = 9_999;

    void register(@Observes Filters filters) {
        filters.register(UpgradeLeftovers::note, EARLY);
    }

    private static void note(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.headers().contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true)
                && request.connection() instanceof ConnectionBase connection) {
            connection.channel().attr(REQUEST).set(context);
        }
        context.next();
    }

    /** Leaves a request that was let in the headers that its handshake still needs. */
    static void strip(HttpServerRequest request) {
        List.copyOf(request.headers().names()).stream()
                .filter(name -> !isOfTheHandshake(name.toLowerCase(Locale.ROOT)))
                .forEach(request.headers()::remove);
    }

    private static boolean isOfTheHandshake(String name) {
        return OF_THE_HANDSHAKE.contains(name) || name.startsWith(SEC_WEBSOCKET);
    }

    /** The request is a socket now. */
    static void drop(Channel channel) {
        RoutingContext context = channel.attr(REQUEST).getAndSet(null);
        if (context != null) {
            context.data().clear();
            context.request().headers().clear();
            context.response().headers().clear();
        }
    }
}
