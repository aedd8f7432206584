package io.weir.gateway.machines;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import io.weir.gateway.config.DiscoveryConfig;
import io.weir.gateway.machines.MachineSpec.Source;
import io.weir.gateway.net.Loops;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Machines from DNS: the A records of a name, at one port, or its SRV records. An answer without records means that there
 * are none; no answer means nothing, and those that were found stay.
 */
@ApplicationScoped
public class DnsMachines {
    private static final Logger LOG = Logger.getLogger(DnsMachines.class);
    private static final long ANSWER_MILLIS = 5_000;

    private final Vertx vertx;
    private final DiscoveryConfig config;
    private final Loops loops;
    private final Discovered discovered;
    private volatile long timer = -1;

    DnsMachines(Vertx vertx, DiscoveryConfig config, Loops loops, Fleet fleet) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.discovered = new Discovered(fleet, Source.DNS, config.max());
    }

    /** Begins to ask. Called once, at start. */
    public void start() {
        if (config.dns().isEmpty()) {
            return;
        }
        Context context = loops.control();
        context.runOnContext(_ -> {
            DnsClient client = vertx.createDnsClient(options());
            timer = vertx.setPeriodic(1, config.every().toMillis(), _ -> askAll(client, config.dns()));
        });
    }

    /** Asks no more. Called once, at the end. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    private DnsClientOptions options() {
        var options = new DnsClientOptions().setQueryTimeout(ANSWER_MILLIS);
        config.nameServer().ifPresent(server -> {
            int colon = server.lastIndexOf(':');
            options.setHost(server.substring(0, colon)).setPort(Integer.parseInt(server.substring(colon + 1)));
        });
        return options;
    }

    private void askAll(DnsClient client, Map<String, DiscoveryConfig.Dns> apps) {
        apps.forEach((app, dns) -> ask(client, app, dns)
                .onSuccess(machines -> discovered.found(app, machines))
                .onFailure(failure -> LOG.warnf("machines not found app=%s reason=%s", app, failure.getMessage())));
    }

    private Future<List<MachineSpec>> ask(DnsClient client, String app, DiscoveryConfig.Dns dns) {
        Traits traits = Traits.of(app, dns.kind());
        if (dns.port().isPresent()) {
            int port = dns.port().get();
            return client.resolveA(dns.name()).map(addresses -> addresses.stream()
                    .sorted()
                    .map(address -> discovered.machine(app, address, address, port, traits))
                    .toList());
        }
        return client.resolveSRV(dns.name()).map(records -> records.stream()
                .map(record -> {
                    String host = record.target().replaceAll("\\.$", "");
                    return discovered.machine(app, host + "-" + record.port(), host, record.port(), traits);
                })
                .toList());
    }
}
