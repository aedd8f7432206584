package io.weir.gateway.machines;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.MachinesConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Secrets from a configuration of the test's own. */
final class TestSecrets {
    private static final int PRIORITY = 100;

    private TestSecrets() {}

    static MachineSecrets none() {
        return of(Map.of());
    }

    static MachineSecrets in(Path directory) {
        return of(Map.of("weir.gateway.machines.secret-directory", directory.toString()));
    }

    static MachineSecrets of(Map<String, String> settings) {
        var config = new SmallRyeConfigBuilder()
                .withMapping(AgentsConfig.class)
                .withMapping(MachinesConfig.class)
                .withConverter(Duration.class, PRIORITY, new DurationConverter())
                .withDefaultValues(new HashMap<>(settings))
                .build();
        return new MachineSecrets(
                config.getConfigMapping(AgentsConfig.class), config.getConfigMapping(MachinesConfig.class));
    }
}
