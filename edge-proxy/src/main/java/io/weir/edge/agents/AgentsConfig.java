package io.weir.edge.agents;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;
import jakarta.validation.constraints.Min;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The agents, as all services know them; here the part that the edge decides on. */
@ConfigMapping(prefix = "weir.agents")
public interface AgentsConfig {
    /** By agent name. */
    @WithParentName
    Map<String, Agent> agents();

    /** One agent. */
    interface Agent {
        /** The fleet that answers. Nothing here asks for it, but an agent that has no more than this is one, too. */
        Optional<String> app();

        /** Roles that may use it. Absent: every signed-in caller may. */
        Optional<Set<String>> allow();

        /** True for the one agent that answers where the request names none. */
        @WithName("default")
        @WithDefault("false")
        boolean isDefault();

        /** Most output tokens of one answer. */
        @Min(1)
        @WithDefault("4096")
        long maxOutputTokens();
    }
}
