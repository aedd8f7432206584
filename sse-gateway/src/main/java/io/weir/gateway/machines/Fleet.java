package io.weir.gateway.machines;

import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.MachinesConfig;
import io.weir.gateway.machines.MachineSpec.Source;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The machines of all apps, wherever they come from, what streams have met on them, and the choice among them. Callable
 * from every thread; nothing here waits.
 */
@Singleton
public final class Fleet {
    private static final Logger LOG = Logger.getLogger(Fleet.class);
    private static final int WHOLE = 100;

    private final MachineSecrets secrets;
    private final MachinesConfig config;
    private final FleetStore store;
    private final MachineHealth.Rules rules;
    private final Chooser chooser;
    private final Homes homes = new Homes();
    private final Map<MachineId, Machine> all = new TreeMap<>(); // guarded by this
    private volatile Map<String, List<Machine>> byApp = Map.of();

    /** The machines from configuration. */
    public Fleet(
            AgentsConfig agents,
            GatewayConfig gateway,
            MachinesConfig config,
            MachineSecrets secrets,
            FleetStore store) {
        this.secrets = secrets;
        this.store = store;
        this.config = config;
        this.rules = MachineHealth.Rules.of(gateway.upstream(), config.outlier(), () -> ThreadLocalRandom.current()
                .nextDouble());
        this.chooser = new Chooser(config.choice());
        replace(Source.CONFIGURATION, ConfiguredMachines.of(agents));
    }

    /**
     * Chooses a machine for a stream.
     *
     * @param tried machines that this stream has tried already
     */
    public Choice choose(Wish wish, Set<Machine> tried) {
        return chooser.choose(byApp.getOrDefault(wish.app(), List.of()), wish, homes.of(wish.session()), tried);
    }

    /**
     * Finds out where a conversation's history is, where another gateway may know it. Comes to its end whether or not the
     * store answers: without an answer the conversation counts as new.
     */
    public CompletionStage<Void> recall(SessionKey session) {
        if (homes.of(session) != null) {
            return CompletableFuture.completedFuture(null);
        }
        return store.home(session).handle((found, failure) -> {
            if (failure != null) {
                LOG.warnf("home of a session not found reason=%s", failure.getMessage());
            } else {
                found.ifPresent(machine -> homes.put(session, machine));
            }
            return null;
        });
    }

    /** A machine has committed itself to an answer: from now on it keeps the conversation's history. */
    public void remember(SessionKey session, Machine machine) {
        if (!machine.id().equals(homes.of(session))) {
            homes.put(session, machine.id());
            var _ = store.home(session, machine.id()).exceptionally(failure -> {
                LOG.warnf("home of a session not noted machine=%s reason=%s", machine, failure.getMessage());
                return null;
            });
        }
    }

    /** A stream could not reach a machine, or was told to go elsewhere. */
    public void refused(Machine machine, String why) {
        machine.health().refused(why, System.nanoTime(), Instant.now());
    }

    /** A stream has failed on a machine, by its doing. */
    public void failed(Machine machine, String why) {
        List<Machine> app = byApp.getOrDefault(machine.id().app(), List.of());
        long alone = app.stream().filter(m -> m.health().leftAlone()).count();
        boolean mayLeave =
                (alone + 1) * WHOLE <= (long) app.size() * config.outlier().share();
        if (machine.health().streamFailed(why, mayLeave, System.nanoTime(), Instant.now())) {
            LOG.warnf("machine left alone machine=%s reason=%s", machine, why);
        }
    }

    /** A stream has gone well on a machine. */
    public void worked(Machine machine) {
        machine.health().streamWorked();
    }

    /** Every machine of every app, in order of names. */
    public Collection<Machine> machines() {
        return byApp.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(Machine::id))
                .toList();
    }

    /** One machine. */
    public Optional<Machine> machine(MachineId id) {
        return byApp.getOrDefault(id.app(), List.of()).stream()
                .filter(m -> m.id().equals(id))
                .findFirst();
    }

    /** From now on a source names these machines and no others. Streams on machines that go are not touched. */
    synchronized void replace(Source source, Collection<MachineSpec> specs) {
        Set<MachineId> named = new HashSet<>();
        boolean changed = false;
        for (MachineSpec spec : specs) {
            @Nullable Machine known = all.get(spec.id());
            if (known != null && known.spec().source().compareTo(source) < 0) {
                continue; // somebody with a better right to the name
            }
            named.add(spec.id());
            if (known == null || !known.spec().equals(spec)) {
                changed = true;
                put(known, spec);
            }
        }
        boolean gone = all.values().removeIf(m -> m.spec().source() == source && !named.contains(m.id()));
        if (changed || gone) {
            publish();
        }
    }

    private void put(@Nullable Machine known, MachineSpec spec) {
        if (known != null && known.address().equals(spec.address())) {
            known.spec(spec);
        } else {
            // At another address it is another process, of which nothing is known.
            all.put(spec.id(), new Machine(spec, secrets, new MachineHealth(rules)));
            LOG.infof("machine joined machine=%s source=%s", spec.id(), spec.source());
        }
    }

    private void publish() {
        byApp = all.values().stream()
                .collect(Collectors.collectingAndThen(Collectors.groupingBy(m -> m.id().app()), Map::copyOf));
    }
}
