package io.weir.relay.topics;

import io.weir.relay.log.StreamLogs;
import io.weir.relay.loop.Loop;
import java.time.Clock;

/**
 * What a topic works with.
 *
 * @param loop where it lives
 * @param config how it tells
 * @param logs the streams' logs
 * @param clock the time
 */
record TopicPlace(Loop loop, TellingConfig config, StreamLogs logs, Clock clock) {}
