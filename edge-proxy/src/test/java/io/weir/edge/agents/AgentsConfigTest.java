package io.weir.edge.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentsConfigTest {
    @Test
    void knowsAnAgentOfWhichNoMoreIsSaidThanItsFleet() {
        AgentsConfig config = new SmallRyeConfigBuilder()
                .withMapping(AgentsConfig.class)
                .withSources(new PropertiesConfigSource(Map.of("weir.agents.plain.app", "fleet"), "test", 100))
                .build()
                .getConfigMapping(AgentsConfig.class);

        assertThat(config.agents()).containsOnlyKeys("plain").hasEntrySatisfying("plain", agent -> assertThat(
                        agent.maxOutputTokens())
                .isEqualTo(4096));
    }
}
