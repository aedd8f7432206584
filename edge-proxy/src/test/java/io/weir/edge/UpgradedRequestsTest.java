package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Talk;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A shutdown waits for no socket that has closed. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class UpgradedRequestsTest {
    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @Inject
    Over over;

    /** The upgraded requests that Quarkus takes to be over, as it does for a shutdown. */
    @Singleton
    public static class Over {
        private final Set<String> all = ConcurrentHashMap.newKeySet();

        void register(@Observes Filters filters) {
            filters.register(
                    context -> {
                        if (context.request().headers().contains("Upgrade")) {
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
    void areOverWhenTheirSocketsHaveClosed() throws Exception {
        fakes.reset();
        String bearer = "Bearer " + fakes.issuer.token("alice");
        String chat = "/api/chat/ws?" + UUID.randomUUID();
        String tunnel = "/realtime/v1/websocket?" + UUID.randomUUID();
        Talk toUs = Talk.open(edge.resolve(chat), "Authorization", bearer);
        Talk toTheRelay = Talk.open(edge.resolve(tunnel), "Authorization", bearer);
        assertThat(over.all).doesNotContain(chat, tunnel);
        toUs.close();
        awaitOver(chat);
        assertThat(over.all).doesNotContain(tunnel);
        toTheRelay.close();
        awaitOver(tunnel);
    }

    private void awaitOver(String uri) {
        long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!over.all.contains(uri) && System.nanoTime() < giveUp) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(over.all).contains(uri);
    }
}
