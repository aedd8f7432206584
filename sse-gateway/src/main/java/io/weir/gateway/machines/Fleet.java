package io.weir.gateway.machines;

import io.weir.gateway.config.AgentsConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The machines of all apps, and the choice among them: the session's own machine, else the healthy one with the fewest
 * open streams. Callable from every event loop.
 */
@ApplicationScoped
public class Fleet {
    /** Conversations whose machine is remembered; beyond it the least recently used one is forgotten. */
    private static final int MAX_SESSIONS = 100_000;

    private final Map<String, List<Machine>> byApp;
    private final Map<SessionKey, Machine> affinity = new RecentlyUsed(MAX_SESSIONS);

    /** Machines from configuration. */
    public Fleet(AgentsConfig config) {
        Map<String, List<Machine>> machines = new LinkedHashMap<>();
        config.machines().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> new Machine(
                        e.getKey(),
                        e.getValue().app(),
                        e.getValue().address(),
                        e.getValue().secret()))
                .forEach(machine -> machines.merge(machine.app(), List.of(machine), Fleet::joined));
        this.byApp = Map.copyOf(machines);
    }

    /**
     * Chooses a machine of {@code app}.
     *
     * @param session whose conversation it is
     * @param stateless the conversation may move
     * @param tried machines that this stream has tried already
     */
    public Choice choose(String app, SessionKey session, boolean stateless, Set<Machine> tried) {
        Machine own = machineOf(session);
        if (own != null && own.app().equals(app)) {
            if (own.healthy() && !tried.contains(own)) {
                return new Choice.Use(own, false);
            }
            if (!stateless) {
                return new Choice.Bound();
            }
        }
        Optional<Machine> best = byApp.getOrDefault(app, List.of()).stream()
                .filter(m -> m.healthy() && !tried.contains(m))
                .min(Comparator.comparingInt(Machine::openStreams));
        return best.<Choice>map(m -> new Choice.Use(m, own != null)).orElseGet(Choice.None::new);
    }

    /** A machine has committed itself to an answer: from now on it keeps the conversation's history. */
    public void remember(SessionKey session, Machine machine) {
        synchronized (affinity) {
            affinity.put(session, machine);
        }
    }

    /** Every machine of every app. */
    public Collection<Machine> machines() {
        return byApp.values().stream().flatMap(List::stream).toList();
    }

    private @Nullable Machine machineOf(SessionKey session) {
        synchronized (affinity) {
            return affinity.get(session);
        }
    }

    private static List<Machine> joined(List<Machine> a, List<Machine> b) {
        return java.util.stream.Stream.concat(a.stream(), b.stream()).toList();
    }

    private static final class RecentlyUsed extends LinkedHashMap<SessionKey, Machine> {
        private static final long serialVersionUID = 1;
        private final int max;

        RecentlyUsed(int max) {
            super(16, 0.75f, true);
            this.max = max;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionKey, Machine> eldest) {
            return size() > max;
        }
    }
}
