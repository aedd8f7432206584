package io.weir.relay.topics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.contracts.id.StreamId;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamWatcher;
import io.weir.relay.presence.PresenceRoom;
import io.weir.relay.presence.Tracked;
import io.weir.streams.run.Run;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One topic: its subscribers, the open streams that are told on it, and who is present. On its loop only. */
final class Topic {
    /** A gateway brings a lost log back in one go. */
    private static final long REBUILDING_MILLIS = 1_000;

    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    private final Map<StreamId, Feed> streams = new LinkedHashMap<>();
    private final PresenceRoom presence;

    Topic(PresenceRoom presence) {
        this.presence = presence;
    }

    PresenceRoom presence() {
        return presence;
    }

    boolean isIdle() {
        return subscribers.isEmpty() && streams.isEmpty();
    }

    void join(Subscriber subscriber) {
        subscribers.add(subscriber);
        subscriber.joined();
        if (subscriber.wantsPresence()) {
            presence.watch(subscriber);
        }
        for (Feed feed : streams.values()) {
            feed.snapshotFor(subscriber);
        }
        tellWatchers();
    }

    void leave(Subscriber subscriber) {
        if (subscribers.remove(subscriber)) {
            presence.leave(subscriber);
            tellWatchers();
        }
    }

    void broadcast(Broadcast broadcast, @Nullable Subscriber except) {
        for (Subscriber subscriber : subscribers) {
            if (subscriber != except) {
                subscriber.broadcast(broadcast);
            }
        }
    }

    /** Whoever is not here any more cannot be present. */
    Optional<Tracked> track(Subscriber subscriber, String key, ObjectNode payload) {
        return subscribers.contains(subscriber)
                ? Optional.of(presence.track(subscriber, key, payload))
                : Optional.empty();
    }

    void open(LiveStream stream, Voice voice, boolean rebuilt) {
        Feed before = streams.remove(stream.id());
        if (before != null) {
            stream.unwatch(before);
        }
        var feed = new Feed(stream, voice, rebuilt);
        streams.put(stream.id(), feed);
        stream.watch(feed);
        if (rebuilt) {
            stream.loop().later(REBUILDING_MILLIS, feed::caughtUp);
        }
        stream.subscribers(subscribers.size());
    }

    Optional<LiveStream> stream(StreamId id) {
        return Optional.ofNullable(streams.get(id)).map(feed -> feed.stream);
    }

    private void tellWatchers() {
        streams.values().forEach(feed -> feed.stream.subscribers(subscribers.size()));
    }

    /** Tells one stream on this topic, until its terminal. */
    private final class Feed implements StreamWatcher {
        private final LiveStream stream;
        private final Voice voice;
        /** The log is behind what subscribers may know. */
        private boolean behind;

        Feed(LiveStream stream, Voice voice, boolean behind) {
            this.stream = stream;
            this.voice = voice;
            this.behind = behind;
        }

        /** From here on, runs follow what everybody has. */
        void caughtUp() {
            if (behind) {
                behind = false;
                subscribers.forEach(this::snapshotFor);
            }
        }

        void snapshotFor(Subscriber subscriber) {
            stream.text()
                    .map(voice::snapshot)
                    .filter(said -> !said.isEmpty())
                    .ifPresent(said -> subscriber.snapshot(voice, said));
        }

        @Override
        public void run(Run run) {
            if (run instanceof Run.Terminal) {
                caughtUp();
                streams.remove(stream.id());
            }
            if (behind || subscribers.isEmpty()) {
                return;
            }
            List<Broadcast> broadcasts = voice.render(run);
            if (!broadcasts.isEmpty()) {
                var said = new Voice.Said(run, broadcasts);
                subscribers.forEach(subscriber -> subscriber.live(voice, said));
            }
        }
    }
}
