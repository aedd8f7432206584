package io.weir.relay.topics;

import io.vertx.core.Vertx;
import io.weir.relay.access.TopicKey;
import io.weir.relay.presence.NodeLeases;
import io.weir.relay.presence.PresenceConfig;
import io.weir.relay.presence.PresenceEvent;
import io.weir.relay.presence.PresenceEvent.Alive;
import io.weir.relay.presence.PresenceEvent.Gone;
import io.weir.relay.presence.PresenceEvent.Joined;
import io.weir.relay.presence.PresenceEvent.Left;
import io.weir.relay.presence.PresenceRoom;
import io.weir.relay.presence.Presences;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * What other nodes say about who is present on topics. A node that is not heard of for its lease is lost, and its members
 * with it. Safe for any thread; what one thread tells about one topic is done in its order.
 */
@Singleton
public class Neighbours {
    private static final Logger LOG = Logger.getLogger(Neighbours.class);

    private final Hub hub;
    private final Presences presences;
    private final PresenceConfig config;
    private final Vertx vertx;
    private final NodeLeases leases = new NodeLeases(System::nanoTime);
    private final AtomicBoolean sweeping = new AtomicBoolean();

    Neighbours(Hub hub, Presences presences, PresenceConfig config, Vertx vertx) {
        this.hub = hub;
        this.presences = presences;
        this.config = config;
        this.vertx = vertx;
    }

    /** Another node says something. What comes back of our own is nothing new. */
    public void heard(PresenceEvent event) {
        if (event.node().equals(presences.node())) {
            return;
        }
        switch (event) {
            case Alive alive -> leases.heard(alive.node(), alive.lease());
            case Gone gone -> {
                leases.gone(gone.node());
                hub.presentEverywhere(room -> room.nodeLost(gone.node()));
            }
            case Joined joined -> {
                leases.heard(joined.node(), config.nodeLease());
                hub.present(joined.topic(), room -> room.joined(joined));
            }
            case Left left -> hub.present(left.topic(), room -> room.left(left));
        }
        if (sweeping.compareAndSet(false, true)) {
            vertx.setPeriodic(Math.max(1, config.nodeLease().toMillis() / 10), _ -> sweep());
        }
    }

    /** Another node begins to watch {@code topic}: it is told who of ours is present there. */
    public void asked(TopicKey topic) {
        hub.present(topic, PresenceRoom::announce);
    }

    private void sweep() {
        leases.lost().forEach(node -> {
            LOG.infof("node lost node=%s", node);
            hub.presentEverywhere(room -> room.nodeLost(node));
        });
    }
}
