package io.weir.edge.answer;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.id.StreamId;
import io.weir.streams.outlet.Sink;
import io.weir.streams.render.Framing;
import io.weir.streams.sse.EventStream;

/** One reader's HTTP response. */
final class ResponseSink implements Sink {
    private final HttpServerResponse response;
    private final Context loop;

    ResponseSink(HttpServerResponse response, Context loop) {
        this.response = response;
        this.loop = loop;
    }

    /** Sets status and headers; they leave with the first write. */
    void head(Framing framing, StreamId stream) {
        response.setStatusCode(200).setChunked(true);
        response.headers()
                .set("Content-Type", framing.contentType())
                .set("Cache-Control", EventStream.CACHE_CONTROL)
                .set(EventStream.BUFFERING_HEADER, EventStream.BUFFERING)
                .set(StreamId.HEADER, stream.toString());
    }

    @Override
    @SuppressWarnings("deprecation") // the only way to hand bytes over without a copy
    public void write(ByteBuf bytes, Completion completion) {
        response.write(Buffer.buffer(bytes)).onComplete(result -> completion.written(result.succeeded()));
    }

    @Override
    public void soon(Runnable work) {
        loop.runOnContext(_ -> work.run());
    }

    @Override
    public void close() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }

    /** Closes the connection with whatever is still unsent. */
    void cut() {
        if (!response.ended() && !response.closed()) {
            response.reset();
        }
    }
}
