package io.weir.relay.topics;

import io.weir.relay.access.TopicKey;

/** Somebody who tells other nodes what happens on topics here. Called on the topic's loop, unless said otherwise; returns at once. */
public interface TopicListener {
    /** There are no other nodes. */
    TopicListener NOBODY = new TopicListener() {
        @Override
        public void followed(TopicKey topic, boolean followed) {
            // Nobody wants to know.
        }

        @Override
        public void said(TopicKey topic, Broadcast broadcast) {
            // Nobody wants to know.
        }

        @Override
        public void shown(TopicKey topic, Newest newest) {
            // Nobody wants to know.
        }

        @Override
        public void told(TopicKey topic, NodeWord word) {
            // Nobody wants to know.
        }
    };

    /** Somebody here follows the topic from now on, or nobody any more. */
    void followed(TopicKey topic, boolean followed);

    /** Something was said on the topic here. */
    void said(TopicKey topic, Broadcast broadcast);

    /** Something of which only the newest counts was shown on the topic here. From any thread. */
    void shown(TopicKey topic, Newest newest);

    /** The topic has something to tell the same topic on other nodes. */
    void told(TopicKey topic, NodeWord word);
}
