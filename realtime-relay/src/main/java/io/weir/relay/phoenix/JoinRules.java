package io.weir.relay.phoenix;

import io.weir.relay.phoenix.ClientFrame.Push;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a join must be, before anybody asks who joins. For one socket, on its loop. */
final class JoinRules {
    /** What a topic begins with on a socket. */
    static final String PREFIX = "realtime:";

    private final int channels;
    private final RateLimit joins;

    JoinRules(SocketConfig config, long nowNanos) {
        this.channels = config.channels();
        this.joins =
                new RateLimit(config.joinsPerSecond(), Duration.ofSeconds(1).toNanos(), nowNanos);
    }

    /**
     * Why a join is refused, in the words that clients know; null if it is not.
     *
     * @param others channels that the socket has beside it; 0 for a join that takes a channel's place
     */
    @Nullable
    String refusal(Push join, JoinConfig config, int others) {
        String topic = join.topic();
        if (!topic.startsWith(PREFIX)) {
            return "unmatched topic";
        }
        if (topic.length() == PREFIX.length()) {
            return "TopicNameRequired: You must provide a topic name";
        }
        if (topic.getBytes(StandardCharsets.UTF_8).length > FrameEncoder.FIELD_LIMIT) {
            return "TopicNameTooLong: A topic name has at most 246 bytes";
        }
        if (ReplayRequest.of(join.payload()) instanceof ReplayRequest.Invalid) {
            return "UnableToReplayMessages: Replay params are not valid";
        }
        if (ReplayRequest.of(join.payload()) instanceof ReplayRequest.Asked && !config.privately()) {
            return "UnableToReplayMessages: Replay is not allowed for public channels";
        }
        if (!joins.take(System.nanoTime())) {
            return "ClientJoinRateLimitReached: Too many joins per second";
        }
        if (others >= channels) {
            return "ChannelRateLimitReached: Too many channels";
        }
        return null;
    }
}
