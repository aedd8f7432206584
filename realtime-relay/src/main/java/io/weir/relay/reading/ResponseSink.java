package io.weir.relay.reading;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.weir.relay.loop.Loop;
import io.weir.streams.outlet.Sink;
import io.weir.streams.render.Framing;
import io.weir.streams.sse.EventStream;

/** The body of an HTTP response. On the connection's loop. */
final class ResponseSink implements Sink {
    private final HttpServerResponse response;
    private final Loop loop;
    private final Runnable drained;
    private long writingSinceNanos = -1;

    /**
     * A body.
     *
     * @param drained told after each write
     */
    ResponseSink(HttpServerResponse response, Loop loop, Runnable drained) {
        this.response = response;
        this.loop = loop;
        this.drained = drained;
    }

    /** Commits the response. */
    void begin(Framing framing, Runnable gone) {
        response.setChunked(true)
                .setStatusCode(200)
                .putHeader("Content-Type", framing.contentType())
                .putHeader("Cache-Control", EventStream.CACHE_CONTROL)
                .putHeader(EventStream.BUFFERING_HEADER, EventStream.BUFFERING);
        response.closeHandler(_ -> loop.run(gone));
        response.exceptionHandler(_ -> loop.run(gone));
    }

    @Override
    public void write(ByteBuf bytes, Completion completion) {
        writingSinceNanos = System.nanoTime();
        response.write(Buffer.buffer(ByteBufUtil.getBytes(bytes)))
                .onComplete(result -> loop.run(() -> {
                    writingSinceNanos = -1;
                    completion.written(result.succeeded());
                    drained.run();
                }));
    }

    /** How long the write in flight has taken; 0 if there is none. */
    long stalledNanos() {
        return writingSinceNanos < 0 ? 0 : System.nanoTime() - writingSinceNanos;
    }

    /** Cuts the connection. */
    void reset() {
        response.reset();
    }

    @Override
    public void close() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }
}
