package io.weir.relay.redis;

import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The channels that are followed, each at the server that has its slot now. A server that loses a slot ends its
 * subscriptions by itself; a lost connection ends all of its. Either way they are made again where the slot is, and again
 * until it succeeds. Any thread.
 */
final class Subscriptions {
    private static final Logger LOG = Logger.getLogger(Subscriptions.class);

    private final Redis redis;
    private final Vertx vertx;
    private final long retryMillis;
    private final Redis.Listener listener;
    private final Map<String, Place> wanted = new HashMap<>();

    Subscriptions(Redis redis, Vertx vertx, long retryMillis, Redis.Listener listener) {
        this.redis = redis;
        this.vertx = vertx;
        this.retryMillis = retryMillis;
        this.listener = listener;
    }

    /** Where a channel is followed. Under the lock. */
    private static final class Place {
        private final byte[] name;
        private final int slot;
        private @Nullable Shard at;
        private boolean pending;

        Place(String channel) {
            name = channel.getBytes(StandardCharsets.UTF_8);
            slot = SlotMap.slotOf(name);
        }
    }

    void add(String channel) {
        synchronized (this) {
            wanted.computeIfAbsent(channel, Place::new);
        }
        place(channel);
    }

    void remove(String channel) {
        Place place;
        synchronized (this) {
            place = wanted.remove(channel);
        }
        if (place != null && place.at != null) {
            place.at.unsubscribe(place.name);
        }
    }

    private void place(String channel) {
        Place place;
        synchronized (this) {
            place = wanted.get(channel);
            if (place == null || place.pending || place.at != null) {
                return;
            }
            place.pending = true;
        }
        Place wish = place;
        redis.shardOf(wish.slot)
                .thenCompose(shard -> shard.subscribe(wish.name)
                        .whenComplete((_, failure) -> redirected(shard, failure))
                        .thenApply(_ -> shard))
                .whenComplete((shard, failure) -> placed(channel, wish, shard, failure));
    }

    private void redirected(Shard shard, @Nullable Throwable failure) {
        if (failure != null && Redirect.of(failure, shard.address()) instanceof Redirect.Moved(int slot, Address to)) {
            redis.moved(slot, to);
        }
    }

    private void placed(String channel, Place wish, @Nullable Shard shard, @Nullable Throwable failure) {
        boolean again;
        boolean unwanted;
        synchronized (this) {
            wish.pending = false;
            wish.at = shard != null && shard.isOpen() ? shard : null;
            unwanted = !wanted.containsKey(channel);
            again = wanted.get(channel) == wish && wish.at == null;
        }
        if (unwanted && shard != null) {
            shard.unsubscribe(wish.name);
        } else if (again) {
            LOG.debugf("subscription failed channel=%s cause=%s", channel, failure);
            redis.look();
            placeLater(channel);
        } else {
            listener.subscribed(channel);
        }
    }

    private void placeLater(String channel) {
        if (!redis.isClosed()) {
            vertx.setTimer(retryMillis, _ -> place(channel));
        }
    }

    /** The server has ended a subscription. */
    void ended(Shard shard, String channel) {
        synchronized (this) {
            Place place = wanted.get(channel);
            if (place == null || place.at != shard) {
                return;
            }
            place.at = null;
        }
        redis.look();
        placeLater(channel);
    }

    /** A connection is gone. */
    void lost(Shard shard) {
        List<String> lost = new ArrayList<>();
        synchronized (this) {
            wanted.forEach((channel, place) -> {
                if (place.at == shard) {
                    place.at = null;
                    lost.add(channel);
                }
            });
        }
        lost.forEach(this::placeLater);
    }

    /** The slots may have new owners. */
    void look() {
        Map<String, Shard> misplaced = new HashMap<>();
        synchronized (this) {
            wanted.forEach((channel, place) -> {
                Shard at = place.at;
                if (at != null && !at.address().equals(redis.owner(place.slot))) {
                    misplaced.put(channel, at);
                    place.at = null;
                }
            });
        }
        misplaced.forEach((channel, at) -> {
            at.unsubscribe(channel.getBytes(StandardCharsets.UTF_8));
            place(channel);
        });
    }
}
