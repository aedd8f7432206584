package io.weir.relay.redis;

import io.vertx.core.Vertx;
import io.weir.relay.redis.Redirect.Ask;
import io.weir.relay.redis.Redirect.Moved;
import io.weir.relay.redis.Redirect.NoScript;
import io.weir.relay.redis.Redirect.None;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Scripts and sharded pub/sub on Redis 7 or Valkey. Keeps the map of slots, follows {@code MOVED} and {@code ASK}, and
 * holds one connection a shard for commands and subscriptions alike. A command that cannot be done fails within its
 * timeout, and nothing is queued for later: callers try again, so everything asked for here may be done twice. Any thread;
 * answers come on the connections' threads.
 */
public final class Redis implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Redis.class);
    private static final int MAX_REDIRECTS = 5;

    private final Connections connections;
    private final Subscriptions subscriptions;
    private final Vertx vertx;
    private final SlotMap slots = new SlotMap();
    private final long timer;
    private @Nullable CompletableFuture<Void> looking;
    private volatile boolean closed;

    /** What is heard. On the connections' threads. */
    public interface Listener {
        /** Something was published on a channel that we follow. */
        void message(String channel, byte[] message);

        /** The channel is followed, for the first time or again: what was published before may be missing. */
        void subscribed(String channel);
    }

    /** Connects when needed. */
    public Redis(RedisConfig config, Vertx vertx, Listener listener) {
        this.vertx = vertx;
        this.subscriptions = new Subscriptions(this, vertx, config.retry().toMillis(), listener);
        this.connections = new Connections(config, new Shard.Listener() {
            @Override
            public void message(byte[] channel, byte[] message) {
                listener.message(new String(channel, StandardCharsets.UTF_8), message);
            }

            @Override
            public void unsubscribed(Shard shard, byte[] channel) {
                subscriptions.ended(shard, new String(channel, StandardCharsets.UTF_8));
            }

            @Override
            public void lost(Shard shard) {
                disconnected(shard);
            }
        });
        this.timer = vertx.setPeriodic(config.lookEvery().toMillis(), _ -> look());
    }

    /** Looks which servers there are; fails if there is none, or one that must not keep our logs. */
    public CompletionStage<Void> start() {
        return look().thenCompose(_ -> {
            List<CompletableFuture<Shard>> all = servers().stream()
                    .map(address -> connections.to(address).toCompletableFuture())
                    .toList();
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        });
    }

    /**
     * Runs a script on the server that has its keys.
     *
     * @param keys all in one slot; at least one
     */
    public CompletionStage<List<Object>> run(Script script, List<String> keys, byte[]... arguments) {
        byte[][] names =
                keys.stream().map(key -> key.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        return at(SlotMap.slotOf(names[0]), shard -> shard.known(script, names, arguments)
                .exceptionallyCompose(failure -> Redirect.of(failure, shard.address()) instanceof NoScript
                        ? shard.whole(script, names, arguments)
                        : CompletableFuture.failedFuture(failure)));
    }

    /** Publishes to whoever follows the channel right now; the answer says to how many on that server. */
    public CompletionStage<Long> publish(String channel, byte[] message) {
        byte[] name = channel.getBytes(StandardCharsets.UTF_8);
        return at(SlotMap.slotOf(name), shard -> shard.publish(name, message));
    }

    /** Follows a channel, wherever its slot goes, until {@link #unsubscribe}. */
    public void subscribe(String channel) {
        subscriptions.add(channel);
    }

    /** Follows a channel no more. */
    public void unsubscribe(String channel) {
        subscriptions.remove(channel);
    }

    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
        connections.close();
    }

    boolean isClosed() {
        return closed;
    }

    /** The connection to the server that has a slot. */
    CompletionStage<Shard> shardOf(int slot) {
        Address owner = owner(slot);
        if (owner != null) {
            return connections.to(owner);
        }
        return look().thenCompose(_ -> {
            Address found = owner(slot);
            return found == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("no server has slot " + slot))
                    : connections.to(found);
        });
    }

    @Nullable
    Address owner(int slot) {
        synchronized (slots) {
            return slots.owner(slot);
        }
    }

    void moved(int slot, Address to) {
        synchronized (slots) {
            slots.moved(slot, to);
        }
    }

    private List<Address> servers() {
        synchronized (slots) {
            return new ArrayList<>(slots.servers());
        }
    }

    private <T> CompletionStage<T> at(int slot, Function<Shard, CompletionStage<T>> command) {
        return attempt(slot, command, MAX_REDIRECTS);
    }

    private <T> CompletionStage<T> attempt(int slot, Function<Shard, CompletionStage<T>> command, int left) {
        return shardOf(slot)
                .thenCompose(shard -> command.apply(shard)
                        .exceptionallyCompose(
                                failure -> switch (left == 0 ? new None() : Redirect.of(failure, shard.address())) {
                                    case Moved(int moved, Address to) -> {
                                        moved(moved, to);
                                        look();
                                        yield attempt(slot, command, left - 1);
                                    }
                                    case Ask(Address to) ->
                                        connections.to(to).thenCompose(target -> {
                                            target.asking();
                                            return command.apply(target);
                                        });
                                    case NoScript _, None _ -> {
                                        look();
                                        yield CompletableFuture.failedFuture(failure);
                                    }
                                }))
                .exceptionallyCompose(failure -> {
                    look();
                    return CompletableFuture.failedFuture(failure);
                });
    }

    private void disconnected(Shard shard) {
        if (connections.lost(shard) && !closed) {
            LOG.warnf("redis connection lost server=%s", shard.address());
        }
        subscriptions.lost(shard);
        look();
    }

    /** Asks one server after the other which slots are where; one look at a time. */
    CompletionStage<Void> look() {
        CompletableFuture<Void> fresh;
        synchronized (this) {
            CompletableFuture<Void> running = looking;
            if (running != null) {
                return running;
            }
            if (closed) {
                return CompletableFuture.failedFuture(new IllegalStateException("closed"));
            }
            fresh = new CompletableFuture<>();
            looking = fresh;
        }
        List<Address> candidates = new ArrayList<>(connections.open());
        connections.seeds().stream().filter(seed -> !candidates.contains(seed)).forEach(candidates::add);
        servers().stream().filter(server -> !candidates.contains(server)).forEach(candidates::add);
        look(candidates, 0).whenComplete((_, failure) -> {
            synchronized (this) {
                looking = null;
            }
            if (failure == null) {
                subscriptions.look();
                connections.keep(Set.copyOf(servers()));
                fresh.complete(null);
            } else {
                fresh.completeExceptionally(Redirect.cause(failure));
            }
        });
        return fresh;
    }

    private CompletionStage<Void> look(List<Address> candidates, int index) {
        Address asked = candidates.get(index);
        CompletionStage<Void> one = connections.to(asked).thenCompose(shard -> shard.slots()
                .handle((reply, failure) -> {
                    synchronized (slots) {
                        if (failure == null) {
                            slots.take(reply, asked);
                        } else if (isNoCluster(failure)) {
                            slots.single(asked);
                        } else {
                            throw new CompletionException(Redirect.cause(failure));
                        }
                    }
                    return null;
                }));
        if (index + 1 == candidates.size()) {
            return one;
        }
        return one.exceptionallyCompose(failure -> Redirect.cause(failure) instanceof UnfitServerException
                ? CompletableFuture.failedFuture(failure)
                : look(candidates, index + 1));
    }

    private static boolean isNoCluster(Throwable failure) {
        return String.valueOf(Redirect.cause(failure).getMessage()).contains("cluster support disabled");
    }
}
