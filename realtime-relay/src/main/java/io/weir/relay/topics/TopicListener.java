package io.weir.relay.topics;

import io.weir.relay.access.TopicKey;

/** Somebody who tells other nodes what happens on topics here. Called on the topic's loop; returns at once. */
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
        public void told(TopicKey topic, NodeWord word) {
            // Nobody wants to know.
        }
    };

    /** Somebody here follows the topic from now on, or nobody any more. */
    void followed(TopicKey topic, boolean followed);

    /** Something was said on the topic here. */
    void said(TopicKey topic, Broadcast broadcast);

    /** The topic has something to tell the same topic on other nodes. */
    void told(TopicKey topic, NodeWord word);
}
