package io.weir.gateway.machines;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.weir.gateway.config.RoutingConfig;
import io.weir.gateway.config.RoutingConfig.Routing;
import jakarta.inject.Singleton;

/** Where a request for a machine goes: to its own address, or to its app's with the machine's name. Thread-safe. */
@Singleton
public final class Dial {
    private static final String INSTANCE = "fly-force-instance-id";
    private static final String APP = "{app}";

    private final boolean byName;
    private final String appAddress;

    Dial(RoutingConfig config) {
        this.byName = config.routing() == Routing.FLY_HEADER;
        this.appAddress = config.replay().appAddress();
    }

    /** A request to a machine. */
    public RequestOptions to(Machine machine, HttpMethod method, String path) {
        var options = new RequestOptions().setMethod(method);
        if (!byName) {
            return options.setAbsoluteURI(machine.address() + path);
        }
        String base = appAddress.replace(APP, machine.id().app());
        return options.setAbsoluteURI(base + path)
                .putHeader(INSTANCE, machine.id().id());
    }
}
