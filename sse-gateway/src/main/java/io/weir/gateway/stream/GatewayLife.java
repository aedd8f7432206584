package io.weir.gateway.stream;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.DrainConfig;
import io.weir.gateway.machines.DnsMachines;
import io.weir.gateway.machines.KubernetesMachines;
import io.weir.gateway.machines.Probes;
import io.weir.gateway.machines.Registry;
import io.weir.gateway.net.EdgeConnections;
import io.weir.gateway.route.ReplayedStreams;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** Starts and ends this process: the journal first and last, no new streams while it drains, open ones until the deadline. */
@ApplicationScoped
public class GatewayLife {
    private static final Logger LOG = Logger.getLogger(GatewayLife.class);
    /** After the deadline, for terminals and settles; what is not settled then is in the journal. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final long LOOK_NANOS = 50_000_000;

    private final Vertx vertx;
    private final AgentsConfig agents;
    private final DrainConfig config;
    private final Neighbours near;
    private final Registry registry;
    private final DnsMachines dns;
    private final KubernetesMachines kubernetes;
    private final Probes probes;
    private final OpenStreams streams;
    private final ReplayedStreams replayed;
    private final RelayReaders relayReaders;
    private final EdgeConnections edges;

    GatewayLife(
            Vertx vertx,
            AgentsConfig agents,
            DrainConfig config,
            Neighbours near,
            Registry registry,
            DnsMachines dns,
            KubernetesMachines kubernetes,
            Probes probes,
            OpenStreams streams,
            ReplayedStreams replayed,
            RelayReaders relayReaders,
            EdgeConnections edges) {
        this.vertx = vertx;
        this.agents = agents;
        this.config = config;
        this.near = near;
        this.registry = registry;
        this.dns = dns;
        this.kubernetes = kubernetes;
        this.probes = probes;
        this.streams = streams;
        this.replayed = replayed;
        this.relayReaders = relayReaders;
        this.edges = edges;
    }

    void started(@Observes StartupEvent event) {
        agents.agents().forEach(GatewayLife::explainInput);
        near.tokenizer().warm();
        near.settlement().start();
        near.updates().start(streams::report);
        near.relay().start();
        registry.start();
        dns.start();
        kubernetes.start();
        probes.start();
    }

    /** A call over HTTP has no way back to the agent: better said at the start than found out by whoever steers it. */
    private static void explainInput(String name, AgentsConfig.Agent agent) {
        if (agent.input()) {
            LOG.warnf(
                    "agent is declared input, which it gets where it posts over a WebSocket: called over HTTP, inputs are refused agent=%s reason=input_not_supported",
                    name);
        }
    }

    /** The process has been asked to leave and still serves. */
    void draining(@Observes ShutdownDelayInitiatedEvent event) {
        drain();
    }

    /** Takes no new streams, and ends the open ones at the deadline. Returns at once. */
    void drain() {
        if (streams.draining()) {
            return;
        }
        LOG.infof("gateway draining streams=%d", streams.size());
        streams.drain();
        edges.leave();
        relayReaders.drain();
        vertx.setTimer(Math.max(1, config.deadline().toMillis()), _ -> {
            streams.stopAll(EndReason.DRAINING);
            replayed.stopAll();
        });
    }

    /** Waits on the shutdown thread, which has nothing else to do, until every stream is over or time is up. */
    void stopped(@Observes ShutdownEvent event) {
        drain();
        long until = System.nanoTime() + config.deadline().plus(GRACE).toNanos();
        while (streams.size() + replayed.size() > 0
                && System.nanoTime() - until < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        registry.stop();
        dns.stop();
        kubernetes.stop();
        probes.stop();
        near.relay().stop();
        near.settlement().stop();
    }
}
