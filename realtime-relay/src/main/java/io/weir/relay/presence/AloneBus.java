package io.weir.relay.presence;

import io.quarkus.arc.DefaultBean;
import io.weir.relay.access.TopicKey;
import jakarta.inject.Singleton;
import java.util.List;

/** There is one node only. */
@Singleton
@DefaultBean
class AloneBus implements PresenceBus {
    @Override
    public void publish(List<PresenceEvent> events) {
        // Nobody to tell.
    }

    @Override
    public void watch(TopicKey topic) {
        // Nobody to ask.
    }

    @Override
    public void unwatch(TopicKey topic) {
        // Nobody was asked.
    }
}
