package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A socket does not keep what its request brought. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class UpgradeLeftoversTest {
    private static final String PATH = "/realtime/v1/websocket?apikey=weir-local&vsn=2.0.0&test=";

    @TestHTTPResource("/")
    URI base;

    @Inject
    Seen seen;

    /** Requests by their address. */
    @Singleton
    public static class Seen {
        private final Map<String, RoutingContext> all = new ConcurrentHashMap<>();

        void register(@Observes Filters filters) {
            filters.register(
                    context -> {
                        context.put("noted", "by a filter");
                        all.put(context.request().uri(), context);
                        context.next();
                    },
                    1);
        }
    }

    @Test
    void dropsHeadersAndWhatFiltersHaveNoted() {
        String uri = PATH + UUID.randomUUID();
        try (var socket = RawSocket.open(base, uri, "Cookie: session=" + "x".repeat(2000), "X-Trace: 1")) {
            assertThat(socket.status()).isEqualTo(101);
            RoutingContext request = Objects.requireNonNull(seen.all.get(uri));
            Waiting.until(20, () -> request.data().isEmpty());
            assertThat(request.request().headers()).isEmpty();
            assertThat(request.response().headers()).isEmpty();
        }
    }
}
