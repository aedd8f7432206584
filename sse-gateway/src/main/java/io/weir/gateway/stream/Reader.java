package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.net.NettyBytes;
import io.weir.streams.outlet.Outlet;
import io.weir.streams.outlet.Sink;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.Framing;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.Run;
import io.weir.streams.sse.EventStream;
import java.time.Duration;

/**
 * The reader on the request's own connection: canonical events, heartbeats, usage. When it goes away the stream goes on.
 * Stream's event loop only.
 */
final class Reader implements Sink {
    /** A write that the other side has not taken for this long: it is dead. */
    private static final Duration STALLED = Duration.ofMinutes(5);

    private final HttpServerResponse response;
    private final Outlet outlet;
    private long writtenNanos = System.nanoTime();
    private boolean connected;

    Reader(HttpServerResponse response, StreamId stream, String model) {
        this.response = response;
        this.outlet = new Outlet(
                Renderer.of(Dialect.RESPONSES, Framing.SSE, stream, model), this, 0, Outlet.Limits.DEFAULT, _ -> {});
        response.exceptionHandler(_ -> outlet.gone());
        response.closeHandler(_ -> outlet.gone());
    }

    /** Sends status, headers and the first comment, unless the caller has been answered already or has left. */
    void connect() {
        if (response.headWritten() || response.closed()) {
            outlet.gone();
            return;
        }
        connected = true;
        openEventStream(response);
        outlet.connected();
    }

    void offer(Run run) {
        outlet.offer(run);
    }

    void weir(String type, ByteBuf json) {
        outlet.weir(type, json);
    }

    /** Ends the response without a terminal: the other side resumes from the relay's log. */
    void abandon() {
        outlet.finish();
    }

    /** True once nothing more can be shown here. */
    boolean closed() {
        return outlet.isClosed();
    }

    void tick(long nowNanos, Duration heartbeat) {
        if (!connected) {
            return;
        }
        long idle = nowNanos - writtenNanos;
        if (outlet.isWriting()) {
            if (idle > STALLED.toNanos()) {
                outlet.gone();
                response.reset();
            }
        } else if (idle > heartbeat.toNanos()) {
            outlet.heartbeat();
        }
    }

    @Override
    public void write(ByteBuf bytes, Completion completion) {
        writtenNanos = System.nanoTime();
        if (response.closed() || response.ended()) {
            completion.written(false);
            return;
        }
        response.write(NettyBytes.of(bytes)).onComplete(done -> {
            writtenNanos = System.nanoTime();
            completion.written(done.succeeded());
        });
    }

    @Override
    public void close() {
        if (!response.closed() && !response.ended()) {
            response.end();
        }
    }

    /** Status and headers of every event stream. */
    static void openEventStream(HttpServerResponse response) {
        response.setStatusCode(200)
                .setChunked(true)
                .putHeader("Content-Type", EventStream.CONTENT_TYPE)
                .putHeader("Cache-Control", EventStream.CACHE_CONTROL)
                .putHeader(EventStream.BUFFERING_HEADER, EventStream.BUFFERING);
    }
}
