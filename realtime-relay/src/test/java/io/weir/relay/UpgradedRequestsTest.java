package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A shutdown waits for no socket that has closed. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class UpgradedRequestsTest {
    private static final String PATH = "/realtime/v1/websocket?apikey=weir-local&vsn=2.0.0";

    @TestHTTPResource("/")
    URI base;

    @Inject
    Over over;

    /** The upgraded requests that Quarkus takes to be over, as it does for a shutdown. */
    @Singleton
    public static class Over {
        private final Set<String> all = ConcurrentHashMap.newKeySet();

        void register(@Observes Filters filters) {
            filters.register(
                    context -> {
                        if (context.request().uri().startsWith(PATH + "&test=")) {
                            QuarkusRequestWrapper.get(context.request())
                                    .addRequestDoneHandler(
                                            _ -> all.add(context.request().uri()));
                        }
                        context.next();
                    },
                    1);
        }
    }

    @Test
    void areOverWhenTheirSocketsHaveClosed() {
        String uri = PATH + "&test=" + UUID.randomUUID();
        try (var socket = RawSocket.open(base, uri)) {
            assertThat(socket.status()).isEqualTo(101);
            assertThat(over.all).doesNotContain(uri);
        }
        Waiting.until(20, () -> over.all.contains(uri));
    }
}
