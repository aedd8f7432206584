package io.weir.edge.cameras;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/** Frames that come over HTTP. */
@ConfigMapping(prefix = "weir.edge.cameras")
public interface CameraConfig {
    /** Largest request body, in bytes: a frame of 2 MiB as base64, and some more. A larger one: 413. */
    @Min(1024)
    @WithDefault("3145728")
    int maxBodyBytes();
}
