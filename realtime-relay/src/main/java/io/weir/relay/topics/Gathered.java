package io.weir.relay.topics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Broadcasts that wait for their topic's tick. They are told one by one, never merged. On the topic's loop. */
final class Gathered {
    /** Beyond it nothing waits any longer. */
    private static final int MAX_BYTES = 256 * 1024;

    private final List<Entry> entries = new ArrayList<>(1);
    private long bytes;

    private record Entry(Broadcast broadcast, @Nullable Subscriber except) {}

    /** One more; false if it is too much to wait for the tick. */
    boolean add(Broadcast broadcast, @Nullable Subscriber except) {
        entries.add(new Entry(broadcast, except));
        bytes += broadcast.payload().length;
        return bytes <= MAX_BYTES;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Tells everything that waits, in order, to each but who has said it. */
    void tell(Collection<Subscriber> subscribers) {
        if (entries.isEmpty()) {
            return;
        }
        List<Entry> told = List.copyOf(entries);
        entries.clear();
        bytes = 0;
        List<Broadcast> all = told.stream().map(Entry::broadcast).toList();
        Set<Subscriber> senders = new HashSet<>(2);
        told.stream().map(Entry::except).forEach(senders::add);
        for (Subscriber subscriber : subscribers) {
            subscriber.broadcasts(senders.contains(subscriber) ? without(subscriber, told) : all);
        }
    }

    private static List<Broadcast> without(Subscriber sender, List<Entry> told) {
        return told.stream()
                .filter(entry -> entry.except() != sender)
                .map(Entry::broadcast)
                .toList();
    }
}
