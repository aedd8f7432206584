package io.weir.relay.phoenix;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Bounds of one WebSocket of the Supabase Realtime protocol. */
@ConfigMapping(prefix = "weir.relay.socket")
public interface SocketConfig {
    /** Channels joined at once. At the bound a join is refused. */
    @WithDefault("100")
    @Min(1)
    @Max(10_000)
    int channels();

    /** Longest frame. A longer one closes the socket with 1009. */
    @WithDefault("1M")
    MemorySize maxFrame();

    /** Longest payload of a broadcast. A longer one is answered with an error and told to nobody. */
    @WithDefault("256K")
    MemorySize maxPayload();

    /**
     * What may wait for a slow socket. Deltas of a stream are merged there; a stream that has no room even so is announced
     * as {@code weir.gap} and told later from its log. Twice that in broadcasts, and the socket is closed.
     */
    @WithDefault("1M")
    MemorySize queue();

    /** Joins a second. Over it a join is refused; the client tries again. */
    @WithDefault("50")
    @Min(1)
    int joinsPerSecond();

    /**
     * Broadcasts a second from this socket. Over it they are answered with an error, or without ack the channel is reset: its
     * client joins again.
     */
    @WithDefault("500")
    @Min(1)
    int broadcastsPerSecond();

    /** Longest payload of an input to a running stream. A longer one is answered with an error. */
    @WithDefault("16K")
    MemorySize maxInput();

    /** Inputs to running streams a second from this socket. Over it they are answered with an error. */
    @WithDefault("10")
    @Min(1)
    int inputsPerSecond();

    /** Presence calls in half a minute. Over it they are answered with an error. */
    @WithDefault("5")
    @Min(1)
    int presenceCalls();

    /**
     * How long a join that came without any token waits for one. Then it is reset; the client joins again a second later,
     * with the token that it has by then. Short, because the stock client does not always send the token after the join.
     */
    @WithDefault("500ms")
    Duration lateToken();

    /** How long what was said on such a join is carried over to the next one. Then it is dropped. */
    @WithDefault("10s")
    Duration lateCarry();

    /**
     * How long after a join that was answered, and reset because its token did not come, the next one of its topic on the
     * same socket is still told the streams that it has missed since then. A later one is told what is open, as any join.
     */
    @WithDefault("30s")
    Duration lateWindow();

    /** Frames kept for a join that waits for its token. At the bound they are answered with an error. */
    @WithDefault("100")
    @Min(1)
    @Max(1000)
    int lateFrames();

    /** A socket that sends nothing for so long is closed; clients send a heartbeat every 25 s. */
    @WithDefault("60s")
    Duration silent();

    /** A socket without a channel is closed after this time. */
    @WithDefault("10m")
    Duration withoutChannel();

    /** A socket whose write does not end for so long is closed. */
    @WithDefault("5m")
    Duration stalled();
}
