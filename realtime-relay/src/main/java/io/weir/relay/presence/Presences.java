package io.weir.relay.presence;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.relay.access.TopicKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the room of each topic; knows what all rooms of this node share. Safe for any thread. */
@Singleton
public class Presences {
    private final ObjectMapper mapper;
    private final PresenceConfig config;
    private final PresenceBus bus;
    private final NodeId node;
    private final AtomicLong numbers = new AtomicLong();

    /** Rooms of a node that nobody has heard of. */
    @Inject
    public Presences(ObjectMapper mapper, PresenceConfig config, PresenceBus bus) {
        this(mapper, config, bus, NodeId.random());
    }

    Presences(ObjectMapper mapper, PresenceConfig config, PresenceBus bus, NodeId node) {
        this.mapper = mapper;
        this.config = config;
        this.bus = bus;
        this.node = node;
    }

    /** A room in which nobody is. */
    public PresenceRoom room(TopicKey topic, PresenceRoom.Ticker ticker) {
        return new PresenceRoom(topic, this, ticker);
    }

    /** This process. */
    public NodeId node() {
        return node;
    }

    /** Bounds, and how presence is told. */
    public PresenceConfig config() {
        return config;
    }

    ObjectMapper mapper() {
        return mapper;
    }

    PresenceBus bus() {
        return bus;
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }
}
