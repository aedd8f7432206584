package io.weir.edge.wire;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * HTTP clients, one pair per event loop, so that a reader's connection and the connection that feeds it live on the same
 * loop and one stream's events are handled by one thread.
 */
@Singleton
public final class LoopClients {
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
     * @param streams one connection a stream, never reused: closing it tells the other side that this reader left
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
        var many = new PoolOptions().setHttp1MaxSize(bounds.streamConnections()).setMaxWaitQueueSize(bounds.queue());
        var few = new PoolOptions().setHttp1MaxSize(bounds.callConnections()).setMaxWaitQueueSize(bounds.queue());
        var streams = options()
                .setKeepAlive(false)
                .setReadIdleTimeout(Math.toIntExact(bounds.silence().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        // Tunnels: without keep-alive the client would send Connection: close where an upgrade needs Connection:
        // Upgrade.
        return new Clients(
                vertx.createHttpClient(streams, many),
                vertx.createHttpClient(options().setKeepAliveTimeout(30), few),
                vertx.createHttpClient(options(), new PoolOptions(many)));
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(bounds.connectTimeout().toMillis()))
                .setPipelining(false)
                .setTcpNoDelay(true)
                .setDecompressionSupported(false);
    }
}
