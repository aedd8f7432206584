package io.weir.gateway.machines;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What all gateways of a fleet must agree on: who is registered, who drains, which machine has a conversation's history,
 * how many streams each has. A stage that fails means that the store cannot be reached. Any thread.
 */
interface FleetStore {
    /**
     * Registered machines.
     *
     * @param machines with the time that each may still be silent
     * @param draining machines that take no new streams, configured ones included
     * @param load streams on other gateways, by machine
     */
    record State(List<Registered> machines, Set<MachineId> draining, Map<MachineId, Integer> load) {
        public State {
            machines = List.copyOf(machines);
            draining = Set.copyOf(draining);
            load = Map.copyOf(load);
        }
    }

    /**
     * One registered machine.
     *
     * @param spec what it said
     * @param left until it counts as gone
     */
    record Registered(MachineSpec spec, Duration left) {}

    /** What became of a registration. */
    enum Put {
        CREATED,
        RENEWED,
        FULL
    }

    /** Takes or renews a registration, unless there are {@code max} others. */
    CompletionStage<Put> put(MachineSpec spec, Duration lease, int max);

    /** Renews a registration; false if there is none. */
    CompletionStage<Boolean> heartbeat(MachineId id, Duration lease);

    /** Forgets a registration; false if there was none. */
    CompletionStage<Boolean> remove(MachineId id);

    /** Notes whether a machine takes new streams. */
    CompletionStage<Void> drain(MachineId id, boolean draining);

    /**
     * Tells the others how many streams run here, and reads everything.
     *
     * @param mine streams of this gateway, by machine; zeros may be left out
     */
    CompletionStage<State> look(Map<MachineId, Integer> mine);

    /** Which machine has a conversation's history. */
    CompletionStage<Optional<MachineId>> home(SessionKey session);

    /** Notes which machine has a conversation's history. */
    CompletionStage<Void> home(SessionKey session, MachineId machine);
}
