package io.weir.gateway.net;

import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.weir.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The HTTP/2 connections on which edges read their streams, many on each. What all streams of one write in a turn of its loop
 * leaves together, because a system call for each would cost more than the rest of a token. None is given new streams for
 * ever: an edge that has a connection asks no load balancer, and would never find a gateway that came later, or go on asking
 * one that is leaving. So each is told to go away (GOAWAY, RFC 9113 section 6.8) when it is old, and all when this process
 * drains; their streams go on to their ends.
 */
@ApplicationScoped
public class EdgeConnections {
    private static final String TOGETHER = "weir-together";
    /** So many writes do not wait for the end of the turn. */
    private static final int ENOUGH = 256;

    private static final long NO_ERROR = 0;
    /** Requests that are on their way already are served, or refused with a problem that says why. */
    private static final int EVERY_STREAM = Integer.MAX_VALUE;

    private final Duration age;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;

    EdgeConnections(GatewayConfig config) {
        this.age = config.times().edgeConnection();
    }

    /** A stream has been asked for on a connection. The connection's loop. */
    public void asked(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        if (request.version() == HttpVersion.HTTP_2 && open.add(connection)) {
            Channel channel = ((ConnectionBase) connection).channel();
            // Behind the codec, so that it too looks once a turn for what may leave, and not once a write.
            channel.pipeline().addLast(TOGETHER, new FlushConsolidationHandler(ENOUGH, true));
            var old = channel.eventLoop().schedule(() -> leave(connection), lifeMillis(), TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(_ -> {
                old.cancel(false);
                open.remove(connection);
            });
            if (leaving) {
                leave(connection);
            }
        }
    }

    /** A tenth more or less, so that connections made together do not end together. */
    private long lifeMillis() {
        long millis = age.toMillis();
        return random.nextLong(millis - millis / 10, millis + millis / 10 + 1);
    }

    /** Asks all edges, those also that still come, to open their next streams elsewhere. Any thread. */
    public void leave() {
        leaving = true;
        open.forEach(EdgeConnections::leave);
    }

    private static void leave(HttpConnection connection) {
        connection.goAway(NO_ERROR, EVERY_STREAM);
    }
}
