package io.weir.gateway.machines;

import io.weir.gateway.config.ChoiceRule;
import io.weir.gateway.machines.MachineSpec.Audience;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Picks a machine: the one that is asked for; else the one that has the conversation's history; else one that is kept for
 * the session, or for the account; else one of the shared fleet. Any thread.
 */
final class Chooser {
    private static final List<Audience> TIERS = List.of(Audience.SESSION, Audience.ACCOUNT, Audience.EVERYBODY);

    private final ChoiceRule rule;
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();

    Chooser(ChoiceRule rule) {
        this.rule = rule;
    }

    /**
     * Picks one.
     *
     * @param fleet the machines of the app, in order of their names
     * @param own where the conversation's history is; null if it has none
     * @param tried machines that the stream has tried already
     */
    Choice choose(List<Machine> fleet, Wish wish, @Nullable MachineId own, Set<Machine> tried) {
        Predicate<Machine> fit = m -> m.usable() && !tried.contains(m);
        if (wish.machine().isPresent()) {
            return fleet.stream()
                    .filter(m -> m.id().id().equals(wish.machine().get()))
                    .filter(m -> audience(m, wish) != Audience.OTHERS)
                    .filter(fit.and(m -> !m.full()))
                    .findFirst()
                    .map(m -> use(m, own))
                    .orElseGet(Choice.None::new);
        }
        Optional<Machine> home =
                fleet.stream().filter(m -> m.id().equals(own)).filter(fit).findFirst();
        if (own != null && !wish.stateless()) {
            return home.isEmpty()
                    ? new Choice.Bound()
                    : home.filter(m -> !m.full()).map(m -> use(m, own)).orElseGet(Choice.None::new);
        }
        for (Audience tier : TIERS) {
            List<Machine> candidates = fleet.stream()
                    .filter(m -> audience(m, wish) == tier)
                    .filter(fit.and(m -> !m.full()))
                    .toList();
            if (!candidates.isEmpty()) {
                return use(home.filter(candidates::contains).orElseGet(() -> best(wish.app(), candidates)), own);
            }
        }
        return new Choice.None();
    }

    private static Audience audience(Machine machine, Wish wish) {
        return machine.spec().audience(wish.session());
    }

    private static Choice use(Machine machine, @Nullable MachineId own) {
        return new Choice.Use(machine, own != null && !machine.id().equals(own));
    }

    private Machine best(String app, List<Machine> candidates) {
        return switch (rule) {
            case LEAST_STREAMS ->
                candidates.stream().min(Comparator.comparingInt(Machine::load)).orElseThrow();
            case ROUND_ROBIN -> {
                int turn = turns.computeIfAbsent(app, _ -> new AtomicInteger()).getAndIncrement();
                yield candidates.get(Math.floorMod(turn, candidates.size()));
            }
        };
    }
}
