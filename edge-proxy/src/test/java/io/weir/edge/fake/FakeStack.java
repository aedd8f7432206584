package io.weir.edge.fake;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Starts the fakes and points the edge at them; {@link #fakes()} hands them to tests. */
public final class FakeStack implements QuarkusTestResourceLifecycleManager {
    private static final AtomicReference<Fakes> RUNNING = new AtomicReference<>();

    private @Nullable Vertx vertx;

    /** The fakes that the edge under test talks to. */
    public static Fakes fakes() {
        return Objects.requireNonNull(RUNNING.get(), "the stack is not started");
    }

    @Override
    public Map<String, String> start() {
        var own = Vertx.vertx();
        var all = new Fakes(own);
        vertx = own;
        RUNNING.set(all);
        var config = new HashMap<String, String>();
        config.put("weir.issuer.url", all.issuer.url());
        config.put("weir.edge.gateway-url", all.gateway.url());
        config.put("weir.edge.relay-url", all.relay.url());
        config.put("weir.edge.metering-url", all.metering.url());
        config.put("weir.ticket.keys", Fakes.ticketKeys());
        return config;
    }

    @Override
    public void stop() {
        if (vertx != null) {
            vertx.close();
        }
    }
}
