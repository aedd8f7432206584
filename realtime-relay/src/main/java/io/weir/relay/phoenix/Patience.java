package io.weir.relay.phoenix;

import java.util.Optional;

/**
 * How long one socket may be silent, without a channel, and stalled in a write. Times are nanoseconds of one monotonic
 * clock. On the socket's loop.
 */
final class Patience {
    private final long silentNanos;
    private final long withoutChannelNanos;
    private final long stalledNanos;
    private long heardNanos;
    private long channelNanos;

    /** Patience with a socket that is opened now. */
    Patience(SocketConfig config, long nowNanos) {
        this.silentNanos = config.silent().toNanos();
        this.withoutChannelNanos = config.withoutChannel().toNanos();
        this.stalledNanos = config.stalled().toNanos();
        this.heardNanos = nowNanos;
        this.channelNanos = nowNanos;
    }

    /** The client has sent something. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** The client had a channel until now. */
    void hadChannel(long nowNanos) {
        channelNanos = nowNanos;
    }

    /**
     * Why the socket has to be closed, if it has to.
     *
     * @param hasChannel it has a channel now
     * @param writingNanos how long the write in flight has taken
     */
    Optional<String> exhausted(long nowNanos, boolean hasChannel, long writingNanos) {
        if (nowNanos - heardNanos > silentNanos) {
            return Optional.of("silent");
        }
        if (!hasChannel && nowNanos - channelNanos > withoutChannelNanos) {
            return Optional.of("no channel");
        }
        return writingNanos > stalledNanos ? Optional.of("stalled") : Optional.empty();
    }
}
