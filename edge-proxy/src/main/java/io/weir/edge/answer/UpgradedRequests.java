package io.weir.edge.answer;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Says of requests that became WebSockets or tunnels that they are over, when their connection closes. Quarkus counts the
 * requests that a shutdown waits for and counts one down with its response's end, which an upgraded one never has: a process
 * that has once had a WebSocket would wait for its whole {@code quarkus.shutdown.timeout}.
 */
@Singleton
@RegisterForReflection(targets = QuarkusRequestWrapper.class)
public final class UpgradedRequests {
    /** Before every other filter: whatever becomes of the request, its connection is followed. */
    private static final int FIRST = 10_000;

    /** The only way to tell Quarkus, and not a public one. Where it is gone, the start fails, and this class with it. */
    private static final MethodHandle DONE = done();

    void register(@Observes Filters filters) {
        filters.register(UpgradedRequests::follow, FIRST);
    }

    private static void follow(RoutingContext context) {
        if (context.request().headers().contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true)) {
            var counted = QuarkusRequestWrapper.get(context.request());
            context.request().connection().closeHandler(_ -> tell(counted));
        }
        context.next();
    }

    /** A request whose connection was handed over as a socket has closed: Vert.x tells nobody else. Harmless when repeated. */
    public static void over(HttpServerRequest request) {
        tell(QuarkusRequestWrapper.get(request));
    }

    private static void tell(QuarkusRequestWrapper counted) {
        try {
            DONE.invokeExact(counted);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle done() {
        try {
            return MethodHandles.privateLookupIn(QuarkusRequestWrapper.class, MethodHandles.lookup())
                    .findVirtual(QuarkusRequestWrapper.class, "done", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Quarkus counts requests otherwise", e);
        }
    }
}
