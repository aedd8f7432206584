package io.weir.streams.life;

import java.time.Duration;

/**
 * The bounds of a {@link Producer}.
 *
 * @param streamTime longest life of a stream; past it the stream ends {@code time_limit}
 * @param leaseMargin how long before the end of the gateway's lease the stream ends itself, {@code metering_unavailable}
 * @param journalPatience how long the terminal waits for the gateway's journal, at least three ticks; past it, it leaves
 *     all the same, and a process that dies before it has settled leaves an ending behind that its successor does not know
 * @param terminalPatience how long the direct reader's terminal waits for the log's acknowledgement, and a stopped
 *     stream for the count of what it has shown
 * @param extensionPatience how long held-back output waits for an extension that nobody answers
 * @param retry pause between two tries of an unanswered append or extension
 * @param extendBelow an extension is asked for when less than this much output is affordable
 * @param retainedBytes runs kept for the log at most; past it the stream ends {@code max_output_tokens}
 */
public record ProducerBounds(
        Duration streamTime,
        Duration leaseMargin,
        Duration journalPatience,
        Duration terminalPatience,
        Duration extensionPatience,
        Duration retry,
        Duration extendBelow,
        int retainedBytes) {
    /** The documented defaults. */
    public static final ProducerBounds DEFAULT = new ProducerBounds(
            Duration.ofMinutes(30),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            50 * 1024 * 1024);
}
