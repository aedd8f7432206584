package io.weir.relay.cameras;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/** A port for cameras alone. */
@ConfigMapping(prefix = "weir.relay")
public interface CameraPortConfig {
    /** Port on which {@code /ws/stream/} is served too, and nothing else; usually 7103. Without it there is no such port. */
    OptionalInt cameraPort();

    /** Address that this port listens on. */
    @WithDefault("${quarkus.http.host}")
    String cameraHost();
}
