package io.weir.gateway.machines;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.weir.gateway.config.RedisConfig;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a server or a cluster, made when it is first needed and again after it could not be made. Commands
 * fail within their timeout, and at once while the connection is broken. Any thread.
 */
final class RedisLink implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int DEFAULT_PORT = 6379;

    private final ClientResources resources;
    private final Function<ClientResources, CompletionStage<RedisClusterAsyncCommands<String, String>>> connect;
    private @Nullable CompletableFuture<RedisClusterAsyncCommands<String, String>> connection; // guarded by this
    private volatile Runnable shutdown = () -> {};

    RedisLink(RedisConfig config) {
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .build();
        List<RedisURI> hosts = config.hosts().orElse(List.of()).stream()
                .map(host -> uri(host, config))
                .toList();
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("weir.gateway.fleet=redis needs weir.gateway.redis.hosts");
        }
        this.connect = config.cluster() ? cluster(hosts, config) : single(hosts.getFirst(), config);
    }

    /** Does something with the server. */
    <T> CompletionStage<T> run(Function<RedisClusterAsyncCommands<String, String>, CompletionStage<T>> command) {
        return commands().thenCompose(command);
    }

    @Override
    public void close() {
        shutdown.run();
        var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
    }

    private synchronized CompletionStage<RedisClusterAsyncCommands<String, String>> commands() {
        CompletableFuture<RedisClusterAsyncCommands<String, String>> known = connection;
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        // Not on the caller's thread: the first connection loads and prepares a lot.
        CompletableFuture<RedisClusterAsyncCommands<String, String>> fresh =
                CompletableFuture.completedFuture(resources).thenComposeAsync(connect, resources.eventExecutorGroup());
        connection = fresh;
        return fresh;
    }

    private Function<ClientResources, CompletionStage<RedisClusterAsyncCommands<String, String>>> single(
            RedisURI host, RedisConfig config) {
        RedisClient client = RedisClient.create(resources);
        client.setOptions(bounded(ClientOptions.builder(), config).build());
        shutdown = () -> client.shutdown(0, 1, TimeUnit.SECONDS);
        return _ -> client.connectAsync(StringCodec.UTF8, host).thenApply(made -> made.async());
    }

    private Function<ClientResources, CompletionStage<RedisClusterAsyncCommands<String, String>>> cluster(
            List<RedisURI> hosts, RedisConfig config) {
        RedisClusterClient client = RedisClusterClient.create(resources, hosts);
        var builder = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enableAllAdaptiveRefreshTriggers()
                        .enablePeriodicRefresh()
                        .build());
        bounded(builder, config);
        client.setOptions(builder.build());
        shutdown = () -> client.shutdown(0, 1, TimeUnit.SECONDS);
        return _ -> client.refreshPartitionsAsync()
                .thenCompose(_ -> client.connectAsync(StringCodec.UTF8))
                .thenApply(made -> made.async());
    }

    private static ClientOptions.Builder bounded(ClientOptions.Builder options, RedisConfig config) {
        return options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(config.maxWaiting())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(config.connectTimeout())
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(config.commandTimeout()));
    }

    private static RedisURI uri(URI host, RedisConfig config) {
        var uri = RedisURI.builder()
                .withHost(host.getHost())
                .withPort(host.getPort() < 0 ? DEFAULT_PORT : host.getPort())
                .withSsl("rediss".equals(host.getScheme()))
                .withTimeout(config.connectTimeout());
        config.password().ifPresent(password -> config.username()
                .ifPresentOrElse(
                        user -> uri.withAuthentication(user, password.toCharArray()),
                        () -> uri.withPassword(password.toCharArray())));
        return uri.build();
    }
}
