package io.weir.relay.topics;

import io.weir.contracts.id.StreamId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far each stream has reached each account, and was read. Told as a {@link Receipt}, of one stream and account at most
 * once in the configured time. Of an account with several devices, on whatever nodes, the furthest counts. On the topic's
 * loop.
 */
final class Receipts {
    private final TopicPlace place;
    private final ReceiptWishes wishes;
    private final Map<StreamId, Map<String, Mark>> marks = new LinkedHashMap<>();
    private final Set<Delivery> news = new LinkedHashSet<>();
    private final Set<Mark> changed = new LinkedHashSet<>();
    /** What has changed by what happened here: the other nodes do not know. */
    private final Set<Mark> ours = new LinkedHashSet<>();

    private boolean waiting;

    private static final class Mark {
        private final StreamId stream;
        private final String account;
        private long delivered;
        private long read;

        Mark(StreamId stream, String account) {
            this.stream = stream;
            this.account = account;
        }

        Receipt receipt() {
            return new Receipt(stream, account, delivered, read);
        }

        NodeWord.Reached reached() {
            return new NodeWord.Reached(stream, account, delivered, read);
        }
    }

    Receipts(TopicPlace place, ReceiptWishes wishes) {
        this.place = place;
        this.wishes = wishes;
    }

    /** Something has reached somebody. */
    void delivered(Delivery delivery) {
        if (!delivery.account().isEmpty()) {
            news.add(delivery);
            later();
        }
    }

    /** Somebody has read up to an offset. */
    void read(StreamId stream, String account, long offset) {
        Mark mark = mark(stream, account);
        if (mark != null && offset > mark.read) {
            mark.read = offset;
            mark.delivered = Math.max(mark.delivered, offset);
            changed.add(mark);
            ours.add(mark);
            later();
        }
    }

    /** A stream has reached an account at another node. */
    void reached(NodeWord.Reached word) {
        Mark mark = mark(word.stream(), word.account());
        if (mark != null && (word.delivered() > mark.delivered || word.read() > mark.read)) {
            mark.delivered = Math.max(mark.delivered, word.delivered());
            mark.read = Math.max(mark.read, word.read());
            changed.add(mark);
            later();
        }
    }

    /** Another node wants to know: it is told all that is known here, too. */
    void tellAllElsewhere() {
        marks.values().forEach(accounts -> ours.addAll(accounts.values()));
        if (!ours.isEmpty()) {
            later();
        }
    }

    /** All that is known, for somebody who wants to know from now on. */
    List<Receipt> all() {
        return marks.values().stream()
                .flatMap(accounts -> accounts.values().stream())
                .map(Mark::receipt)
                .toList();
    }

    /** Forgets all streams but these. */
    void retain(Set<StreamId> streams) {
        marks.keySet().retainAll(streams);
    }

    private @Nullable Mark mark(StreamId stream, String account) {
        Map<String, Mark> accounts = marks.computeIfAbsent(stream, _ -> new LinkedHashMap<>());
        Mark known = accounts.get(account);
        if (known != null || accounts.size() >= place.config().receiptAccounts()) {
            return known;
        }
        var mark = new Mark(stream, account);
        accounts.put(account, mark);
        return mark;
    }

    private void later() {
        if (!waiting) {
            waiting = true;
            place.loop().later(place.config().receiptsEvery().toMillis(), this::tell);
        }
    }

    private void tell() {
        waiting = false;
        for (Delivery delivery : news) {
            delivery.collected();
            Mark mark = mark(delivery.telling().voice().stream(), delivery.account());
            if (mark != null && delivery.delivered() > mark.delivered) {
                mark.delivered = delivery.delivered();
                changed.add(mark);
                ours.add(mark);
            }
        }
        news.clear();
        if (wishes.anyElsewhere()) {
            ours.forEach(mark -> place.elsewhere().tell(mark.reached()));
        }
        ours.clear();
        List<Mark> told = new ArrayList<>(changed);
        changed.clear();
        told.forEach(mark -> wishes.tell(mark.receipt()));
    }
}
