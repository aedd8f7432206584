package io.weir.relay.topics;

import io.weir.relay.presence.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who wants to know how far streams have reached whom: subscribers, and other nodes for theirs, which have to say so again
 * within a lease. On the topic's loop, unless said otherwise.
 */
final class ReceiptWishes {
    private final TopicPlace place;
    private final Set<Subscriber> subscribers = new HashSet<>();
    private final Map<NodeId, Long> nodes = new HashMap<>();
    private volatile boolean any;

    ReceiptWishes(TopicPlace place) {
        this.place = place;
    }

    /** True if anybody wants to know. Any thread. */
    boolean any() {
        return any;
    }

    boolean anyElsewhere() {
        return !nodes.isEmpty();
    }

    void add(Subscriber subscriber) {
        if (subscribers.add(subscriber) && subscribers.size() == 1) {
            place.elsewhere().tell(new NodeWord.WantsReceipts(true));
        }
        look();
    }

    void remove(Subscriber subscriber) {
        if (subscribers.remove(subscriber) && subscribers.isEmpty()) {
            place.elsewhere().tell(new NodeWord.WantsReceipts(false));
        }
        look();
    }

    /** Another node wants to know, or no more; true if it begins to. */
    boolean heard(NodeId node, boolean wanted) {
        Long before = wanted ? nodes.put(node, System.nanoTime()) : nodes.remove(node);
        look();
        return wanted && before == null;
    }

    /** Tells the other nodes again; forgets those that have not done so for long. */
    void refresh() {
        long now = System.nanoTime();
        long lease = place.config().wishLease().toNanos();
        nodes.values().removeIf(heard -> now - heard > lease);
        look();
        if (!subscribers.isEmpty()) {
            place.elsewhere().tell(new NodeWord.WantsReceipts(true));
        }
    }

    private void look() {
        any = !subscribers.isEmpty() || !nodes.isEmpty();
    }

    /** Tells the subscribers among them; whoever has lost the right since they asked is not told any more. */
    void tell(Broadcast receipt) {
        subscribers.stream().filter(Subscriber::wantsReceipts).forEach(subscriber -> subscriber.broadcast(receipt));
    }
}
