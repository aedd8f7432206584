package io.weir.relay.replay;

import io.weir.relay.access.TopicKey;
import io.weir.relay.topics.Broadcast;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kept broadcasts of all topics, within the bounds of {@link ReplayConfig}. Each has a position; positions ascend in the
 * order in which broadcasts were kept. Safe for any thread; whoever keeps and reads on a topic's loop misses nothing and
 * sees nothing twice.
 */
@Singleton
public class Replays {
    /** What one entry costs beside its payload. */
    private static final int OVERHEAD_BYTES = 128;

    private final ReplayConfig config;
    private final Clock clock;
    /** The topic written to least recently comes first. */
    private final Map<TopicKey, Kept> topics = new LinkedHashMap<>();

    private long position;
    private long bytes;

    /** Nothing is kept yet. */
    public Replays(ReplayConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Which broadcasts somebody asks for.
     *
     * @param since kept at this time or later
     * @param limit so many of the newest
     * @param after only positions beyond this one
     */
    public record Question(Instant since, int limit, long after) {}

    private record Entry(Broadcast broadcast, long position, Instant at, Instant until) {
        int weight() {
            return broadcast.payload().length + broadcast.event().length() + OVERHEAD_BYTES;
        }
    }

    private static final class Kept {
        private final ArrayDeque<Entry> entries = new ArrayDeque<>();
        private long bytes;
    }

    /**
     * Keeps a broadcast.
     *
     * @param life how long, if shorter than the configured retention
     */
    public synchronized void keep(TopicKey key, Broadcast broadcast, Optional<Duration> life) {
        Instant now = clock.instant();
        Duration retention =
                life.filter(asked -> asked.compareTo(config.retention()) < 0).orElse(config.retention());
        Kept kept = topics.remove(key);
        if (kept == null) {
            kept = new Kept();
        }
        topics.put(key, kept);
        var entry = new Entry(broadcast, ++position, now, now.plus(retention));
        kept.entries.add(entry);
        account(kept, entry.weight());
        shorten(kept, now);
        shortenAll(now);
    }

    /** The broadcasts of a topic, oldest first. */
    public synchronized List<Broadcast> since(TopicKey key, Question question) {
        Kept kept = topics.get(key);
        if (kept == null) {
            return List.of();
        }
        Instant now = clock.instant();
        List<Broadcast> newest = new ArrayList<>();
        Iterator<Entry> entries = kept.entries.descendingIterator();
        while (entries.hasNext() && newest.size() < question.limit()) {
            Entry entry = entries.next();
            if (entry.position() <= question.after() || entry.at().isBefore(question.since())) {
                break;
            }
            if (now.isBefore(entry.until())) {
                newest.add(entry.broadcast());
            }
        }
        return newest.reversed();
    }

    /** Position of what was kept last, on any topic. */
    public synchronized long position() {
        return position;
    }

    /** Bytes that are kept. */
    public synchronized long bytes() {
        return bytes;
    }

    private void shorten(Kept kept, Instant now) {
        while (kept.entries.size() > config.messages()
                || kept.bytes > config.topicBytes().asLongValue()) {
            drop(kept);
        }
        // A shorter life may hide behind a longer one, so all are looked at.
        kept.entries.removeIf(entry -> {
            boolean over = !now.isBefore(entry.until());
            if (over) {
                account(kept, -entry.weight());
            }
            return over;
        });
    }

    private void shortenAll(Instant now) {
        Iterator<Kept> eldest = topics.values().iterator();
        boolean go = true;
        while (go && eldest.hasNext()) {
            Kept kept = eldest.next();
            while (!kept.entries.isEmpty()
                    && (bytes > config.totalBytes().asLongValue()
                            || !now.isBefore(kept.entries.getFirst().until()))) {
                drop(kept);
            }
            go = kept.entries.isEmpty();
            if (go) {
                eldest.remove();
            }
        }
    }

    private void drop(Kept kept) {
        account(kept, -kept.entries.removeFirst().weight());
    }

    private void account(Kept kept, int change) {
        kept.bytes += change;
        bytes += change;
    }
}
