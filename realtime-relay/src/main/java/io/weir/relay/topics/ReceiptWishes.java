package io.weir.relay.topics;

import io.weir.relay.presence.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who wants to know how far streams have reached whom: subscribers, the gateways that produce here, and other nodes for
 * theirs, which have to say so again within a lease. On the topic's loop, unless said otherwise.
 */
final class ReceiptWishes {
    private final TopicPlace place;
    private final Consumer<Receipt> producers;
    private final Set<Subscriber> subscribers = new HashSet<>();
    private final Map<NodeId, Long> nodes = new HashMap<>();
    /** Some gateway that wants to know has produced here. */
    private boolean producersWant;

    private volatile boolean any;

    /** Nobody wants to know yet; whoever has produced a stream is told what {@code producers} are told. */
    ReceiptWishes(TopicPlace place, Consumer<Receipt> producers) {
        this.place = place;
        this.producers = producers;
    }

    /** True if anybody wants to know. Any thread. */
    boolean any() {
        return any;
    }

    boolean anyElsewhere() {
        return !nodes.isEmpty();
    }

    void add(Subscriber subscriber) {
        boolean before = isWantedHere();
        subscribers.add(subscriber);
        changed(before);
    }

    void remove(Subscriber subscriber) {
        boolean before = isWantedHere();
        subscribers.remove(subscriber);
        changed(before);
    }

    /** A gateway that wants to know produces here; it does as long as the topic lives. */
    void addProducers() {
        boolean before = isWantedHere();
        producersWant = true;
        changed(before);
    }

    private boolean isWantedHere() {
        return producersWant || !subscribers.isEmpty();
    }

    private void changed(boolean before) {
        boolean now = isWantedHere();
        if (now != before) {
            place.elsewhere().tell(new NodeWord.WantsReceipts(now));
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
        if (isWantedHere()) {
            place.elsewhere().tell(new NodeWord.WantsReceipts(true));
        }
    }

    private void look() {
        any = isWantedHere() || !nodes.isEmpty();
    }

    /** Tells producers and subscribers; whoever has lost the right since they asked is not told any more. */
    void tell(Receipt receipt) {
        producers.accept(receipt);
        if (!subscribers.isEmpty()) {
            Broadcast told = receipt.broadcast();
            subscribers.stream().filter(Subscriber::wantsReceipts).forEach(subscriber -> subscriber.broadcast(told));
        }
    }
}
