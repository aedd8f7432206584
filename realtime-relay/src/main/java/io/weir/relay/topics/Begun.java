package io.weir.relay.topics;

import io.weir.relay.log.LiveStream;

/**
 * A stream as it began on its topic.
 *
 * @param stream it
 * @param voice the topic's words for it
 * @param opening what was said first
 * @param millis Unix time at which it began here
 */
record Begun(LiveStream stream, Voice voice, Opening opening, long millis) {
    /** Says what opened the stream to a subscriber that should have been there since {@code missedMillis}. */
    void to(Subscriber subscriber, long missedMillis) {
        if (millis >= missedMillis) {
            opening.said().apply(stream).forEach(subscriber::broadcast);
        }
    }
}
