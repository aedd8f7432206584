package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.Surroundings;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A shutdown waits for no socket that has closed. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class UpgradedRequestsTest extends OneStream {
    /** The gateway's own routes are at -1001. */
    private static final int BEFORE_ALL_ROUTES = 9_000;

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
                    BEFORE_ALL_ROUTES);
        }
    }

    @Test
    void areOverWhenTheirSocketsHaveClosed() {
        var agent = new PostingAgent(streams, "alice", world.keys().getPrivate());
        StreamId one = agent.opened("session:a");
        StreamId other = agent.opened("session:b");
        var cut = agent.socket(one);
        cut.await("ready");
        var ending = agent.socket(other);
        ending.await("ready");
        assertThat(over.all).doesNotContain(path(one), path(other));
        cut.cut();
        Await.until("the one that was cut is over", () -> over.all.contains(path(one)));
        ending.event(1, "{\"done\":true}").await("end");
        Await.until("the one that has ended is over", () -> over.all.contains(path(other)));
    }

    private static String path(StreamId stream) {
        return "/v1/streams/" + stream + "/socket";
    }
}
