package io.weir.gateway.net;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.weir.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One set of HTTP clients per event loop, so that a stream and its sockets never leave the loop it began on. Pools and
 * queues are bounded; the client's own default would queue without end.
 */
@ApplicationScoped
public class Loops {
    private static final int SERVICE_POOL = 16;
    private static final int SERVICE_QUEUE = 512;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Context control;
    private final Map<EventLoop, Clients> clients = new ConcurrentHashMap<>();

    /**
     * The clients of one event loop.
     *
     * @param agents to agent machines; a connection per stream, none is kept
     * @param services to metering, and to the relay's history
     * @param pace how often the loop reads its agents
     */
    public record Clients(HttpClient agents, HttpClient services, Pace pace) {}

    /** No client is made before its loop asks. */
    public Loops(Vertx vertx, GatewayConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.control = ((VertxInternal) vertx).createEventLoopContext();
    }

    /** The one context of everything that this gateway does once for all its streams. */
    public Context control() {
        return control;
    }

    /** The clients of the caller's event loop. */
    public Clients here() {
        return of(vertx.getOrCreateContext());
    }

    /** The clients of a context's event loop. */
    public Clients of(Context context) {
        return clients.computeIfAbsent(((ContextInternal) context).nettyEventLoop(), this::create);
    }

    private Clients create(EventLoop loop) {
        int connectMillis = Math.toIntExact(config.upstream().connect().toMillis());
        // Agents are often Node servers, which close an idle connection after 5 s: a request that meets such a close
        // would
        // count as sent, and could not be sent again.
        var agents = new HttpClientOptions()
                .setConnectTimeout(connectMillis)
                .setKeepAlive(false)
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true)
                .setMaxHeaderSize(64 * 1024);
        var agentPool = new PoolOptions()
                .setHttp1MaxSize(config.upstream().pool())
                .setMaxWaitQueueSize(config.upstream().queue());
        var services = new HttpClientOptions()
                .setConnectTimeout(connectMillis)
                .setKeepAliveTimeout(30)
                .setPipelining(false)
                .setTcpNoDelay(true);
        var servicePool = new PoolOptions().setHttp1MaxSize(SERVICE_POOL).setMaxWaitQueueSize(SERVICE_QUEUE);
        return new Clients(
                vertx.createHttpClient(agents, agentPool),
                vertx.createHttpClient(services, servicePool),
                new Pace(loop, config.times().rest(), System::nanoTime));
    }
}
