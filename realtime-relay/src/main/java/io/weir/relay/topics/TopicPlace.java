package io.weir.relay.topics;

import io.weir.relay.access.TopicKind;
import io.weir.relay.log.StreamLogs;
import io.weir.relay.loop.Loop;
import java.time.Clock;

/**
 * What a topic works with.
 *
 * @param loop where it lives
 * @param kind whether everything is told, or only the newest
 * @param config how it tells
 * @param logs the streams' logs
 * @param clock the time
 */
record TopicPlace(Loop loop, TopicKind kind, TellingConfig config, StreamLogs logs, Clock clock) {}
