package io.weir.relay.topics;

import io.weir.contracts.id.StreamId;
import io.weir.relay.log.LiveStream;
import io.weir.streams.life.StreamLog.Reading;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The streams of a topic that have ended a while ago, for subscribers that come back. On the topic's loop. */
final class Ended {
    private final TopicPlace place;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>(1);

    /** Without the log, which may go. */
    private record Entry(Voice voice, Opening opening, long begunMillis, long endedMillis) {}

    Ended(TopicPlace place) {
        this.place = place;
    }

    void add(Begun begun) {
        entries.add(new Entry(
                begun.voice(), begun.opening(), begun.millis(), place.clock().millis()));
        prune();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Forgets what is old, or too much. */
    void prune() {
        long oldest = place.clock().millis() - place.config().endedKept().toMillis();
        while (!entries.isEmpty()
                && (entries.size() > place.config().endedStreams()
                        || entries.peek().endedMillis() < oldest)) {
            entries.remove();
        }
    }

    /** The streams that are remembered. */
    Set<StreamId> streams() {
        Set<StreamId> streams = new HashSet<>();
        entries.forEach(entry -> streams.add(entry.voice().stream()));
        return streams;
    }

    /** True if the stream has ended on this topic. */
    boolean has(StreamId stream) {
        return entries.stream().anyMatch(entry -> entry.voice().stream().equals(stream));
    }

    /** The stream, if it is remembered and its log is still here. */
    Optional<Told> find(StreamId stream) {
        return entries.stream()
                .filter(entry -> entry.voice().stream().equals(stream))
                .findFirst()
                .flatMap(this::told);
    }

    /** The newest that have ended since then, oldest first. */
    List<Told> since(Resume.Since asked) {
        List<Entry> since = entries.stream()
                .filter(entry -> entry.endedMillis() >= asked.sinceMillis())
                .toList();
        long missed = since.stream()
                .filter(entry -> entry.endedMillis() >= asked.missedMillis())
                .count();
        int told = Math.toIntExact(Math.min(since.size(), Math.max(asked.limit(), missed)));
        return since.subList(since.size() - told, since.size()).stream()
                .map(this::told)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Told> told(Entry entry) {
        return place.logs()
                .find(entry.voice().stream())
                .map(stream -> new Told(
                        new Begun(stream, entry.voice(), entry.opening(), entry.begunMillis()), place.figures()));
    }

    /**
     * A stream that is over.
     *
     * @param begun how it began
     * @param figures what viewers get is counted there
     */
    record Told(Begun begun, ViewerFigures figures) implements Telling {
        /** Tells all of it at once, and first what opened it if it began after {@code missedMillis}. */
        void to(Subscriber subscriber, long missedMillis) {
            begun.to(subscriber, missedMillis);
            stream()
                    .text()
                    .map(voice()::snapshot)
                    .filter(said -> !said.broadcasts().isEmpty())
                    .ifPresent(said -> subscriber.snapshot(this, said));
            stream()
                    .terminal()
                    .map(terminal -> new Voice.Said(terminal, voice().render(terminal)))
                    .filter(said -> !said.broadcasts().isEmpty())
                    .ifPresent(said -> subscriber.live(this, said));
        }

        /** Its log. */
        LiveStream stream() {
            return begun.stream();
        }

        @Override
        public Voice voice() {
            return begun.voice();
        }

        @Override
        public void read(long after, int maxBytes, Consumer<Optional<Reading>> answer) {
            stream().loop().run(() -> answer.accept(stream().read(after, maxBytes)));
        }

        @Override
        public long openedNanos() {
            return stream().openedNanos();
        }

        @Override
        public boolean wantsDeliveries() {
            return false;
        }

        @Override
        public void delivered(Delivery delivery) {
            // nobody waits for it
        }
    }
}
