package io.weir.edge.agents;

import io.weir.contracts.id.AgentName;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which agents there are and who may use them. */
@Singleton
public final class Agents {
    private final TreeMap<AgentName, AgentsConfig.Agent> agents = new TreeMap<>();
    private final Optional<AgentName> fallback;

    Agents(AgentsConfig config) {
        config.agents().forEach((name, agent) -> agents.put(new AgentName(name), agent));
        List<AgentName> defaults = agents.entrySet().stream()
                .filter(entry -> entry.getValue().isDefault())
                .map(entry -> entry.getKey())
                .toList();
        if (defaults.size() > 1) {
            throw new IllegalArgumentException("weir.agents: more than one default: " + defaults);
        }
        this.fallback = defaults.stream().findFirst();
    }

    /**
     * What a page shows of an agent.
     *
     * @param name its name
     * @param isDefault true for the one that answers where a request names none
     * @param maxOutputTokens most output tokens of one answer
     */
    public record Entry(AgentName name, boolean isDefault, long maxOutputTokens) {}

    /**
     * The agent that a request asks for.
     *
     * @param name null: the default one
     * @throws ProblemException 404 if there is none of that name, 403 if the roles do not suffice
     */
    public AgentName choose(@Nullable String name, Set<String> roles) {
        AgentName wanted = name == null ? fallback.orElseThrow(() -> unknown("")) : named(name);
        AgentsConfig.Agent agent = agents.get(wanted);
        if (agent == null) {
            throw unknown(wanted.value());
        }
        if (!permits(agent, roles)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "This account may not use the agent " + wanted + ".");
        }
        return wanted;
    }

    /** The agents that these roles may use, by name. */
    public List<Entry> usable(Set<String> roles) {
        return agents.entrySet().stream()
                .filter(entry -> permits(entry.getValue(), roles))
                .map(entry -> new Entry(
                        entry.getKey(),
                        entry.getValue().isDefault(),
                        entry.getValue().maxOutputTokens()))
                .toList();
    }

    private static AgentName named(String name) {
        try {
            return new AgentName(name);
        } catch (IllegalArgumentException e) {
            throw unknown("");
        }
    }

    private static boolean permits(AgentsConfig.Agent agent, Set<String> roles) {
        return agent.allow()
                .map(allowed -> allowed.stream().anyMatch(roles::contains))
                .orElse(true);
    }

    private static ProblemException unknown(String name) {
        return new ProblemException(
                ProblemType.NOT_FOUND, name.isEmpty() ? "There is no such agent." : "There is no agent " + name + ".");
    }
}
