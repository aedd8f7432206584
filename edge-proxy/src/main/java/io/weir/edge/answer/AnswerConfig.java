package io.weir.edge.answer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How answers are shown to readers. */
@ConfigMapping(prefix = "weir.edge.answer")
public interface AnswerConfig {
    /** Time between comments on a connection, so that nothing on the way takes it for dead. */
    @WithDefault("15s")
    Duration heartbeat();

    /** How long {@code /v1} holds its status back while the agent has not committed itself; then it is 200. */
    @WithDefault("1s")
    Duration commitAfter();

    /**
     * How long an answer whose source was lost is looked for in the relay's log before the reader is told, and how long
     * metering is asked whether an answer has begun that the gateway did not confirm. Longer than a gateway's lease (60 s),
     * at whose end the log gets its terminal event.
     */
    @WithDefault("100s")
    Duration patience();

    /** The same for a stream that another request has just begun and whose log is not open yet. */
    @WithDefault("15s")
    Duration attachPatience();

    /**
     * How long an answer is looked for in the log at most, however lively the relay is. Longer than a stream may last (30
     * min).
     */
    @WithDefault("35m")
    Duration longest();

    /** First pause between two tries to read the log; doubles up to 5 s. */
    @WithDefault("100ms")
    Duration retryPause();

    /** Bytes that wait for a slow reader; beyond it, waiting deltas are merged at once. */
    @Min(1024)
    @WithDefault("1048576")
    long maxPendingBytes();

    /** Bytes of one write to a reader, roughly. */
    @Min(1024)
    @WithDefault("65536")
    int maxWriteBytes();

    /** How long one write may stay unfinished before the reader counts as gone; it resumes where it left off. */
    @WithDefault("5m")
    Duration stalled();

    /** How long {@code GET /api/chat/stream} without a stream waits for the caller's next one; then it ends empty. */
    @WithDefault("30s")
    Duration waitForStart();

    /** Readers that wait for a stream to start, in this process. At it: 503 with {@code Retry-After}. */
    @Min(1)
    @WithDefault("5000")
    int maxWaiting();

    /**
     * Over how long readers are sent elsewhere when this process is asked to leave, each at a random moment. Must be shorter
     * than {@code quarkus.shutdown.delay}.
     */
    @WithDefault("4s")
    Duration drainOver();
}
