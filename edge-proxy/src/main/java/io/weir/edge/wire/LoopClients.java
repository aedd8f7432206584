package io.weir.edge.wire;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP clients, one set per event loop, so that a reader's connection and the connection that feeds it live on the same
 * loop and one stream's events are handled by one thread.
 */
@Singleton
public final class LoopClients {
    /** As large as HTTP/2 knows: what one slow reader leaves in its stream's window must not hold up the others. */
    private static final int CONNECTION_WINDOW = Integer.MAX_VALUE;

    private final Vertx vertx;
    private final WireConfig.Wire bounds;
    private final Map<EventLoop, Clients> clients = new ConcurrentHashMap<>();

    LoopClients(Vertx vertx, WireConfig config) {
        this.vertx = vertx;
        this.bounds = config.wire();
    }

    /**
     * The clients of one event loop.
     *
     * @param streams connections that streams share: resetting a stream tells the other side that this reader left
     * @param calls kept connections for short calls
     * @param tunnels one connection a WebSocket, silent for as long as its ends are
     */
    record Clients(HttpClient streams, HttpClient calls, HttpClient tunnels) {}

    /** The client for streams on the caller's event loop. */
    public HttpClient streams() {
        return here().streams();
    }

    /** The client for short calls on the caller's event loop. */
    public HttpClient calls() {
        return here().calls();
    }

    /** The client for WebSockets on the caller's event loop. */
    public HttpClient tunnels() {
        return here().tunnels();
    }

    private Clients here() {
        var context = (ContextInternal) vertx.getOrCreateContext();
        return clients.computeIfAbsent(context.nettyEventLoop(), _ -> create());
    }

    private Clients create() {
        var shared =
                new PoolOptions().setHttp2MaxSize(bounds.streamConnections()).setMaxWaitQueueSize(bounds.queue());
        var few = new PoolOptions().setHttp1MaxSize(bounds.callConnections()).setMaxWaitQueueSize(bounds.queue());
        var many = new PoolOptions().setHttp1MaxSize(bounds.tunnelConnections()).setMaxWaitQueueSize(bounds.queue());
        var streams = options()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MultiplexingLimit(bounds.streamsPerConnection())
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setUseAlpn(true);
        // Tunnels: without keep-alive the client would send Connection: close where an upgrade needs Connection:
        // Upgrade.
        return new Clients(
                vertx.httpClientBuilder()
                        .with(streams)
                        .with(shared)
                        .withConnectHandler(connection -> Pulse.watch(vertx, connection, bounds.pulse()))
                        .build(),
                vertx.createHttpClient(options().setKeepAliveTimeout(30), few),
                vertx.createHttpClient(options(), many));
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(bounds.connectTimeout().toMillis()))
                .setPipelining(false)
                .setTcpNoDelay(true)
                .setDecompressionSupported(false);
    }
}
