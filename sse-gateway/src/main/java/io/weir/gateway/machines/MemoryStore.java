package io.weir.gateway.machines;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The fleet of one gateway, in its memory: a restart forgets it, and machines register again with their next heartbeat. */
final class MemoryStore implements FleetStore {
    private final LongSupplier nanos;
    private final Map<MachineId, Entry> entries = new LinkedHashMap<>();
    private final Set<MachineId> draining = new HashSet<>();

    private record Entry(MachineSpec spec, long untilNanos) {}

    MemoryStore(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public synchronized CompletionStage<Put> put(MachineSpec spec, Duration lease, int max) {
        expire();
        boolean known = entries.containsKey(spec.id());
        if (!known && entries.size() >= max) {
            return CompletableFuture.completedFuture(Put.FULL);
        }
        entries.put(spec.id(), new Entry(spec, nanos.getAsLong() + lease.toNanos()));
        return CompletableFuture.completedFuture(known ? Put.RENEWED : Put.CREATED);
    }

    @Override
    public synchronized CompletionStage<Boolean> heartbeat(MachineId id, Duration lease) {
        expire();
        @Nullable
        Entry entry =
                entries.computeIfPresent(id, (_, old) -> new Entry(old.spec(), nanos.getAsLong() + lease.toNanos()));
        return CompletableFuture.completedFuture(entry != null);
    }

    @Override
    public synchronized CompletionStage<Boolean> remove(MachineId id) {
        draining.remove(id);
        return CompletableFuture.completedFuture(entries.remove(id) != null);
    }

    @Override
    public synchronized CompletionStage<Void> drain(MachineId id, boolean now) {
        if (now) {
            draining.add(id);
        } else {
            draining.remove(id);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<State> look(Map<MachineId, Integer> mine) {
        expire();
        long now = nanos.getAsLong();
        List<Registered> machines = new ArrayList<>();
        entries.values().forEach(e -> machines.add(new Registered(e.spec(), Duration.ofNanos(e.untilNanos() - now))));
        return CompletableFuture.completedFuture(new State(machines, draining, Map.of()));
    }

    /** What this gateway knows is all there is: see {@link Homes}. */
    @Override
    public CompletionStage<Optional<MachineId>> home(SessionKey session) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletionStage<Void> home(SessionKey session, MachineId machine) {
        return CompletableFuture.completedFuture(null);
    }

    private void expire() {
        long now = nanos.getAsLong();
        entries.entrySet().removeIf(e -> {
            boolean over = now - e.getValue().untilNanos() > 0;
            if (over) {
                draining.remove(e.getKey());
            }
            return over;
        });
    }
}
