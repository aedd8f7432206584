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
 * @param figures what viewers get is counted there
 * @param elsewhere the same topic on other nodes
 */
record TopicPlace(
        Loop loop,
        TopicKind kind,
        TellingConfig config,
        StreamLogs logs,
        Clock clock,
        ViewerFigures figures,
        Elsewhere elsewhere) {

    /** The way to the other nodes that want to hear the topic. */
    @FunctionalInterface
    interface Elsewhere {
        /** Tells them, if there are any; returns at once. */
        void tell(NodeWord word);
    }
}
