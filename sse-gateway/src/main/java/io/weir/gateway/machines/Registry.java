package io.weir.gateway.machines;

import io.vertx.core.Vertx;
import io.weir.gateway.config.MachinesConfig;
import io.weir.gateway.machines.FleetStore.Put;
import io.weir.gateway.machines.FleetStore.Registered;
import io.weir.gateway.machines.FleetStore.State;
import io.weir.gateway.machines.MachineSpec.Source;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Machines that join, live and leave by themselves. What is noted in the {@link FleetStore} reaches the {@link Fleet} at
 * once here, and at the next look at every other gateway. Any thread.
 */
@ApplicationScoped
public class Registry {
    private static final Logger LOG = Logger.getLogger(Registry.class);

    private final Vertx vertx;
    private final MachinesConfig config;
    private final MachineSecrets secrets;
    private final Fleet fleet;
    private final FleetStore store;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicLong looks = new AtomicLong();
    private final List<Long> timers = new CopyOnWriteArrayList<>();
    private long taken; // guarded by this
    private volatile boolean reachable = true;

    Registry(Vertx vertx, MachinesConfig config, MachineSecrets secrets, Fleet fleet, FleetStore store) {
        this.vertx = vertx;
        this.config = config;
        this.secrets = secrets;
        this.fleet = fleet;
        this.store = store;
    }

    /** Begins to look. Called once, at start. */
    public void start() {
        timers.add(vertx.setPeriodic(1, config.look().toMillis(), _ -> lookUnlessLooking()));
        timers.add(vertx.setPeriodic(1, config.lease().toMillis(), _ -> readSecrets()));
    }

    /** Looks no more. Called once, at the end. */
    public void stop() {
        timers.forEach(vertx::cancelTimer);
    }

    /** Takes or renews a registration. */
    CompletionStage<Put> register(MachineSpec spec) {
        return store.put(spec, config.lease(), config.max()).thenCompose(put -> look(put));
    }

    /** A registered machine lives; false if it is not registered (any more). */
    CompletionStage<Boolean> heartbeat(MachineId id) {
        return store.heartbeat(id, config.lease());
    }

    /** A machine takes no new streams, or does again. */
    CompletionStage<Void> drain(MachineId id, boolean draining) {
        return store.drain(id, draining).thenCompose(_ -> look(draining)).thenAccept(_ -> {});
    }

    /** A registered machine leaves; false if it was not registered. */
    CompletionStage<Boolean> leave(MachineId id) {
        return store.remove(id).thenCompose(left -> look(left));
    }

    private void lookUnlessLooking() {
        if (looking.compareAndSet(false, true)) {
            var _ = look(true).whenComplete((_, failure) -> {
                looking.set(false);
                if (reachable != (failure == null)) {
                    reachable = failure == null;
                    LOG.warnf("fleet store reachable=%s", reachable);
                }
            });
        }
    }

    private <T> CompletionStage<T> look(T answer) {
        Map<MachineId, Integer> mine = new HashMap<>();
        fleet.machines().forEach(m -> mine.put(m.id(), m.openStreams()));
        long look = looks.incrementAndGet();
        return store.look(mine).thenApply(state -> {
            take(look, state);
            return answer;
        });
    }

    /** A look that was overtaken by a later one tells nothing any more. */
    private synchronized void take(long look, State state) {
        if (look < taken) {
            return;
        }
        taken = look;
        fleet.replace(
                Source.REGISTERED,
                state.machines().stream().map(Registered::spec).toList());
        fleet.machines().forEach(machine -> {
            machine.draining(state.draining().contains(machine.id()));
            machine.elsewhere(state.load().getOrDefault(machine.id(), 0));
        });
        if (fleet.machines().stream().anyMatch(Machine::lacksSecret)) {
            readSecrets();
        }
    }

    /** Secrets in files are replaced, and other gateways take registrations that name new ones. */
    private void readSecrets() {
        var references = fleet.machines().stream()
                .flatMap(m -> m.spec().secret().stream())
                .collect(Collectors.toSet());
        vertx.executeBlocking(
                        () -> {
                            references.forEach(secrets::load);
                            return references.size();
                        },
                        false)
                .onFailure(failure -> LOG.warnf(failure, "machine secrets not read"));
    }
}
