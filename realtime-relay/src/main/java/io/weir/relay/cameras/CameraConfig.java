package io.weir.relay.cameras;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Bounds of cameras. */
@ConfigMapping(prefix = "weir.relay.cameras")
public interface CameraConfig {
    /** Longest JPEG. A longer one is answered with an error and shown to nobody. */
    @WithDefault("2M")
    MemorySize maxFrame();

    /** Longest JSON beside the JPEG, detections included. A longer one is answered with an error. */
    @WithDefault("64K")
    MemorySize maxHeader();

    /** Frames a second that one connection may publish. Those beyond are answered with an error and shown to nobody. */
    @WithDefault("60")
    @Min(1)
    int framesPerSecond();

    /** Bad frames in a row after which the connection that sends them is closed. */
    @WithDefault("20")
    @Min(1)
    int badFrames();

    /** Time between pings. */
    @WithDefault("15s")
    Duration pingEvery();

    /** A connection that is not heard for so long, pongs included, is closed. */
    @WithDefault("60s")
    Duration silent();

    /** A viewer whose write does not end for so long is closed. */
    @WithDefault("60s")
    Duration stalled();
}
