package io.weir.relay.presence;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Makes the room of each topic; knows what all rooms of this node share. Safe for any thread. */
@Singleton
public class Presences {
    private final ObjectMapper mapper;
    private final PresenceConfig config;
    private final NodeId node;
    private final LongSupplier nanos;
    private final AtomicLong numbers = new AtomicLong();

    /** Rooms of a node that nobody has heard of. */
    @Inject
    public Presences(ObjectMapper mapper, PresenceConfig config) {
        this(mapper, config, NodeId.random(), System::nanoTime);
    }

    Presences(ObjectMapper mapper, PresenceConfig config, NodeId node, LongSupplier nanos) {
        this.mapper = mapper;
        this.config = config;
        this.node = node;
        this.nanos = nanos;
    }

    /** A room in which nobody is; {@code bus} leads to the same topic on other nodes. */
    public PresenceRoom room(PresenceRoom.Ticker ticker, PresenceBus bus) {
        return new PresenceRoom(this, ticker, bus);
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

    /** A monotonic clock. */
    long nanos() {
        return nanos.getAsLong();
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }
}
