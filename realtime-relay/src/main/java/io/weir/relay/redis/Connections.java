package io.weir.relay.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One connection to each server that somebody needs. Any thread. */
final class Connections {
    private static final Logger LOG = Logger.getLogger(Connections.class);
    private static final int IO_THREADS = 2;
    private static final int DEFAULT_PORT = 6379;
    /** A server that could not be reached just now is not asked again for so long. */
    private static final long REST_NANOS = 200_000_000;

    private final RedisConfig config;
    private final Shard.Listener listener;
    private final ClientResources resources;
    private final RedisClient client;
    private final Map<Address, CompletableFuture<Shard>> shards = new HashMap<>();
    private final Map<Address, Failure> failures = new HashMap<>();

    private record Failure(Throwable cause, long nanos) {}

    Connections(RedisConfig config, Shard.Listener listener) {
        this.config = config;
        this.listener = listener;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP3)
                .requestQueueSize(config.maxWaiting())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(config.connectTimeout())
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(config.commandTimeout()))
                .build());
    }

    /** The servers that the configuration names. */
    List<Address> seeds() {
        return config.hosts().stream()
                .map(uri -> new Address(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort()))
                .toList();
    }

    /** Servers that we are connected to. */
    synchronized List<Address> open() {
        List<Address> open = new ArrayList<>();
        shards.forEach((address, shard) -> {
            if (shard.isDone() && !shard.isCompletedExceptionally()) {
                open.add(address);
            }
        });
        return open;
    }

    /** The connection to a server, made if there is none. */
    CompletionStage<Shard> to(Address address) {
        CompletableFuture<Shard> fresh;
        synchronized (this) {
            CompletableFuture<Shard> known = shards.get(address);
            if (known != null) {
                return known;
            }
            Failure failure = failures.get(address);
            if (failure != null && System.nanoTime() - failure.nanos() < REST_NANOS) {
                return CompletableFuture.failedFuture(failure.cause());
            }
            fresh = new CompletableFuture<>();
            shards.put(address, fresh);
        }
        connect(address).whenComplete((shard, failure) -> connected(address, fresh, shard, failure));
        return fresh;
    }

    private CompletionStage<Shard> connect(Address address) {
        // Not on the caller's thread: the first connection loads and prepares a lot.
        return CompletableFuture.completedFuture(address)
                .thenComposeAsync(
                        to -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri(to)),
                        resources.eventExecutorGroup())
                .thenCompose(connection -> {
                    var shard = new Shard(address, connection, listener);
                    return shard.info().handle((info, failure) -> {
                        String unfit = failure == null ? Fitness.unfit(info) : null;
                        if (failure != null || unfit != null) {
                            shard.close();
                            throw unfit == null
                                    ? new CompletionException(failure)
                                    : new UnfitServerException(address + " " + unfit);
                        }
                        return shard;
                    });
                });
    }

    private void connected(
            Address address, CompletableFuture<Shard> fresh, @Nullable Shard shard, @Nullable Throwable failure) {
        if (shard != null) {
            LOG.infof("redis connected server=%s", address);
            synchronized (this) {
                failures.remove(address);
            }
            fresh.complete(shard);
            if (!shard.isOpen()) {
                lost(shard);
                listener.lost(shard);
            }
            return;
        }
        Throwable cause = failure == null ? new IllegalStateException("no connection") : Redirect.cause(failure);
        LOG.warnf("redis unreachable server=%s reason=%s", address, cause.getMessage());
        synchronized (this) {
            shards.remove(address, fresh);
            failures.put(address, new Failure(cause, System.nanoTime()));
        }
        fresh.completeExceptionally(cause);
    }

    private RedisURI uri(Address address) {
        URI seed = config.hosts().getFirst();
        var uri = RedisURI.builder()
                .withHost(address.host())
                .withPort(address.port())
                .withSsl("rediss".equals(seed.getScheme()))
                .withTimeout(config.commandTimeout());
        config.password().ifPresent(password -> config.username()
                .ifPresentOrElse(
                        user -> uri.withAuthentication(user, password.toCharArray()),
                        () -> uri.withPassword(password.toCharArray())));
        return uri.build();
    }

    /** A connection has gone. True if it was the one to its server. */
    synchronized boolean lost(Shard shard) {
        CompletableFuture<Shard> known = shards.get(shard.address());
        return known != null
                && known.isDone()
                && !known.isCompletedExceptionally()
                && known.resultNow() == shard
                && shards.remove(shard.address(), known);
    }

    /** Ends the connections to all servers but these. */
    void keep(Set<Address> servers) {
        List<Shard> unneeded = new ArrayList<>();
        synchronized (this) {
            for (Address address : open()) {
                if (!servers.contains(address)) {
                    CompletableFuture<Shard> shard = shards.remove(address);
                    if (shard != null) {
                        unneeded.add(shard.resultNow());
                    }
                }
            }
        }
        unneeded.forEach(Shard::close);
    }

    void close() {
        client.shutdownAsync(0, 1, TimeUnit.SECONDS)
                .whenComplete((_, _) -> resources
                        .shutdown(0, 1, TimeUnit.SECONDS)
                        .addListener(_ -> LOG.debug("redis connections closed")))
                .exceptionally(failure -> {
                    LOG.debugf(failure, "redis connections not closed");
                    return null;
                });
    }
}
