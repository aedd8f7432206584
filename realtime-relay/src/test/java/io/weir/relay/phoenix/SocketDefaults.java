package io.weir.relay.phoenix;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;

/** The bounds of a socket as they are where nobody has configured others. */
final class SocketDefaults {
    private static final int PRIORITY = 100;

    private SocketDefaults() {}

    static SocketConfig config() {
        return new SmallRyeConfigBuilder()
                .withMapping(SocketConfig.class)
                .withConverter(MemorySize.class, PRIORITY, new MemorySizeConverter())
                .withConverter(Duration.class, PRIORITY, new DurationConverter())
                .build()
                .getConfigMapping(SocketConfig.class);
    }
}
