package io.weir.gateway.posted;

import io.weir.contracts.id.AgentName;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.config.AgentsConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The agents that may be posted for, and by whom. */
@ApplicationScoped
class PostingAgents {
    private final AgentsConfig agents;

    PostingAgents(AgentsConfig agents) {
        this.agents = agents;
    }

    /**
     * The agent of this name, or the default one.
     *
     * @throws PostingException 404 if there is none, 403 if the poster may not use it
     */
    AgentName choose(Optional<String> name, Poster poster) {
        String wanted = name.orElseGet(() -> agents.agents().entrySet().stream()
                .filter(entry -> entry.getValue().isDefault())
                .map(java.util.Map.Entry::getKey)
                .findFirst()
                .orElse(""));
        AgentsConfig.Agent agent = agents.agents().get(wanted);
        if (agent == null) {
            throw new PostingException(ProblemType.NOT_FOUND, "There is no such agent.");
        }
        if (agent.allow()
                .filter(allowed -> allowed.stream().noneMatch(poster.roles()::contains))
                .isPresent()) {
            throw new PostingException(ProblemType.FORBIDDEN, "This account may not use the agent " + wanted + ".");
        }
        return new AgentName(wanted);
    }

    AgentsConfig.Agent config(AgentName name) {
        AgentsConfig.Agent agent = agents.agents().get(name.value());
        if (agent == null) {
            throw new IllegalArgumentException("chosen before");
        }
        return agent;
    }
}
