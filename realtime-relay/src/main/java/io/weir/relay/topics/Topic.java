package io.weir.relay.topics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKind;
import io.weir.relay.access.Viewer;
import io.weir.relay.log.LiveStream;
import io.weir.relay.presence.PresenceRoom;
import io.weir.relay.presence.Tracked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One topic: its subscribers, the open streams that are told on it, and who is present. What streams say is told as it
 * comes, or once in a tick where many follow. On its loop only.
 */
final class Topic {
    /** A gateway brings a lost log back in one go. */
    private static final long REBUILDING_MILLIS = 1_000;
    /** A slow subscriber may have been told the end of an older stream so much later than that of the one it names. */
    private static final long RETOLD_MARGIN_MILLIS = 300_000;

    private final TopicPlace place;
    private final Set<Subscriber> subscribers = new LinkedHashSet<>(2);
    /** Not told anything but the stream that they go on with. */
    private final Set<Subscriber> resuming = new HashSet<>();

    private final Map<Subscriber, Pace> paces = new HashMap<>();
    private final Map<StreamId, Feed> streams = new LinkedHashMap<>();
    private final Set<Feed> waiting = new LinkedHashSet<>();
    private final Gathered gathered = new Gathered();
    private final PresenceRoom presence;
    private final Handover newest = new Handover();
    private final Ended ended;
    private final Tempo tempo;
    private final Typing typing;
    private final ReceiptWishes wishes;
    private final Receipts receipts;
    private final NodeWords nodeWords;
    private long toldNanos = System.nanoTime();
    private boolean ticking;

    Topic(TopicPlace place, PresenceRoom presence) {
        this.place = place;
        this.presence = presence;
        this.ended = new Ended(place);
        this.tempo = new Tempo(Tempo.Steps.of(place.config().ticks()), System.nanoTime());
        this.typing = new Typing(place, this::broadcast);
        this.wishes = new ReceiptWishes(place, this::tellProducer);
        this.receipts = new Receipts(place, wishes);
        this.nodeWords = new NodeWords(presence, typing, wishes, receipts);
    }

    /** Any thread. */
    TopicKind kind() {
        return place.kind();
    }

    /** Any thread. */
    ViewerFigures figures() {
        return place.figures();
    }

    PresenceRoom presence() {
        return presence;
    }

    boolean isIdle() {
        return subscribers.isEmpty() && resuming.isEmpty() && streams.isEmpty() && ended.isEmpty();
    }

    /** What the same topic on other nodes says of its people. */
    NodeWords nodeWords() {
        return nodeWords;
    }

    /** Forgets what has been kept long enough. */
    void prune() {
        ended.prune();
        receipts.retain(known());
    }

    private Set<StreamId> known() {
        Set<StreamId> known = ended.streams();
        known.addAll(streams.keySet());
        return known;
    }

    void join(Subscriber subscriber) {
        subscriber.joined();
        if (subscriber.resume() instanceof Resume.After after) {
            resume(subscriber, after);
            return;
        }
        admit(subscriber);
        if (subscriber.resume() instanceof Resume.Since since) {
            ended.since(since).forEach(told -> told.to(subscriber, since.missedMillis()));
            streams.values().forEach(feed -> feed.begun().to(subscriber, since.missedMillis()));
        }
        tellOpen(subscriber, null);
    }

    /** To the stream's producer. */
    private void tellProducer(Receipt receipt) {
        log(receipt.stream())
                .ifPresent(stream -> stream.receipt(receipt.account(), receipt.delivered(), receipt.read()));
    }

    /** The log of a stream that is open here, or remembered. */
    private Optional<LiveStream> log(StreamId stream) {
        return stream(stream).or(() -> ended.find(stream).map(Ended.Told::stream));
    }

    private void admit(Subscriber subscriber) {
        gathered.tell(subscribers);
        subscribers.add(subscriber);
        if (subscriber.updatesPerSecond() > 0) {
            paces.put(subscriber, new Pace(subscriber, place.loop(), subscriber.updatesPerSecond()));
        }
        if (subscriber.wantsPresence()) {
            presence.watch(subscriber);
        }
        if (subscriber.wantsReceipts()) {
            wishes.add(subscriber);
            receipts.all().forEach(receipt -> subscriber.broadcast(receipt.broadcast()));
        }
        tellWatchers();
    }

    private void tellOpen(Subscriber subscriber, @Nullable Feed except) {
        for (Feed feed : streams.values()) {
            if (feed != except) {
                feed.snapshot().ifPresent(text -> subscriber.snapshot(feed, text));
            }
        }
    }

    /** The subscriber's own stream goes on first; of the others it then gets all that may have been told meanwhile. */
    private void resume(Subscriber subscriber, Resume.After after) {
        Feed open = streams.get(after.stream());
        Optional<Ended.Told> over = ended.find(after.stream());
        Telling own = open == null ? over.orElse(null) : open;
        if (own == null) {
            subscriber.broadcast(Voice.lost(after.stream(), after.offset() + 1));
            admit(subscriber);
            tellOthers(subscriber, after.stream());
            return;
        }
        resuming.add(subscriber);
        subscriber.resume(own, after.offset(), () -> {
            if (resuming.remove(subscriber)) {
                admit(subscriber);
                tellOthers(subscriber, after.stream());
            }
        });
    }

    private void tellOthers(Subscriber subscriber, StreamId own) {
        long since = own.createdMillis() - RETOLD_MARGIN_MILLIS;
        ended.since(new Resume.Since(since, Integer.MAX_VALUE)).stream()
                .filter(told -> !told.voice().stream().equals(own))
                .forEach(told -> told.to(subscriber, Long.MAX_VALUE));
        tellOpen(subscriber, streams.get(own));
    }

    void leave(Subscriber subscriber) {
        gathered.tell(subscribers);
        resuming.remove(subscriber);
        if (subscribers.remove(subscriber)) {
            Pace pace = paces.remove(subscriber);
            if (pace != null) {
                pace.end();
            }
            wishes.remove(subscriber);
            presence.leave(subscriber);
            typing.gone(subscriber);
            tellWatchers();
        }
    }

    /** Tells everybody but {@code except}, at once or with the topic's tick. */
    void broadcast(Broadcast broadcast, @Nullable Subscriber except) {
        if (subscribers.isEmpty()) {
            return;
        }
        if (gathered.add(broadcast, except)) {
            tellSoon();
        } else {
            gathered.tell(subscribers);
        }
    }

    void tell(Broadcast broadcast, Predicate<Viewer> audience) {
        for (Subscriber subscriber : subscribers) {
            if (subscriber.isOneOf(audience)) {
                subscriber.broadcast(broadcast);
            }
        }
    }

    /** What waits for this topic's loop where only the newest counts. Any thread. */
    Handover newest() {
        return newest;
    }

    void tellNewest() {
        Handover.Due due = newest.take();
        if (due != null) {
            for (Subscriber subscriber : subscribers) {
                if (subscriber != due.except()) {
                    subscriber.newest(due.newest(), due.skipped());
                }
            }
        }
    }

    /** Whoever is not here any more cannot be present. */
    Optional<Tracked> track(Subscriber subscriber, String key, ObjectNode payload) {
        return subscribers.contains(subscriber)
                ? Optional.of(presence.track(subscriber, key, payload))
                : Optional.empty();
    }

    /** Who is typing. */
    Typing typing() {
        return typing;
    }

    /** Somebody has read a stream of this topic up to an offset; false if there is no such stream. */
    boolean read(StreamId stream, String account, long offset) {
        Optional<LiveStream> log = log(stream);
        log.ifPresent(known -> receipts.read(stream, account, Math.min(offset, known.head())));
        return log.isPresent();
    }

    boolean wantsDeliveries() {
        return wishes.any();
    }

    void delivered(Delivery delivery) {
        receipts.delivered(delivery);
    }

    void open(LiveStream stream, Voice voice, Opening opening) {
        Feed before = streams.remove(stream.id());
        if (before != null) {
            waiting.remove(before);
            stream.unwatch(before);
        }
        var feed =
                new Feed(this, new Begun(stream, voice, opening, place.clock().millis()));
        streams.put(stream.id(), feed);
        stream.watch(feed);
        if (opening.rebuilt()) {
            stream.loop().later(REBUILDING_MILLIS, feed::caughtUp);
        }
        stream.subscribers(subscribers.size());
        if (stream.wantsReceipts()) {
            wishes.addProducers();
        }
    }

    /** The log of a stream that was opened behind what subscribers may know is there. */
    void caughtUp(StreamId id) {
        Feed feed = streams.get(id);
        if (feed != null) {
            feed.caughtUp();
        }
    }

    /** True if somebody follows the topic. */
    boolean isFollowed() {
        return !subscribers.isEmpty() || !resuming.isEmpty();
    }

    Optional<LiveStream> stream(StreamId id) {
        return Optional.ofNullable(streams.get(id)).map(Feed::stream);
    }

    /** True if the stream was told here, and is over. */
    boolean hasEnded(StreamId id) {
        return ended.has(id);
    }

    private void tellWatchers() {
        streams.values().forEach(feed -> feed.stream().subscribers(subscribers.size()));
    }

    /** The stream has something to tell. */
    void gathered(Feed feed) {
        if (subscribers.isEmpty()) {
            feed.skip();
            return;
        }
        waiting.add(feed);
        // What a stream says can be merged: a loop that is behind has more to tell each time, and so catches up.
        tickIn(untilTickMillis());
    }

    private void tellSoon() {
        long left = untilTickMillis();
        if (left == 0) {
            tick();
        } else {
            tickIn(left);
        }
    }

    /** Zero: as soon as the loop has taken what has already come to it. */
    private void tickIn(long millis) {
        if (!ticking) {
            ticking = true;
            place.loop().later(millis, () -> {
                ticking = false;
                tick();
            });
        }
    }

    /** Rounded up: a timer that comes too early would only be set again. */
    private long untilTickMillis() {
        long now = System.nanoTime();
        long left = tempo.intervalNanos(subscribers.size(), now) - (now - toldNanos);
        return left <= 0 ? 0 : left / 1_000_000 + 1;
    }

    private void tick() {
        if (waiting.isEmpty() && gathered.isEmpty()) {
            return;
        }
        toldNanos = System.nanoTime();
        gathered.tell(subscribers);
        List<Feed> feeds = new ArrayList<>(waiting);
        waiting.clear();
        feeds.forEach(this::tell);
    }

    /** The stream is over: its last words never wait for a tick. */
    void ended(Feed feed) {
        waiting.remove(feed);
        streams.remove(feed.voice().stream(), feed);
        ended.add(feed.begun());
        gathered.tell(subscribers);
        tell(feed);
    }

    private void tell(Feed feed) {
        for (Voice.Said said : feed.take()) {
            for (Subscriber subscriber : subscribers) {
                Pace pace = paces.get(subscriber);
                if (pace == null) {
                    subscriber.live(feed, said);
                } else {
                    pace.live(feed, said);
                }
            }
        }
    }

    /** All text of a stream so far, for everybody. */
    void snapshot(Feed feed, Voice.Said text) {
        gathered.tell(subscribers);
        for (Subscriber subscriber : subscribers) {
            Pace pace = paces.get(subscriber);
            if (pace != null) {
                pace.snapshot(feed);
            }
            subscriber.snapshot(feed, text);
        }
    }
}
