package io.weir.edge.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request that a fake service has got, and its answer, to be given now or later. */
public final class Exchange {
    private final HttpServerRequest request;
    private final Buffer body;
    private volatile Future<Void> written = Future.succeededFuture();
    private final CountDownLatch closed = new CountDownLatch(1);

    Exchange(HttpServerRequest request, Buffer body) {
        this.request = request;
        this.body = body;
        request.response().closeHandler(_ -> closed.countDown());
    }

    public String method() {
        return request.method().name();
    }

    public String uri() {
        return request.uri();
    }

    public @Nullable String header(String name) {
        return request.getHeader(name);
    }

    public JsonObject json() {
        return body.toJsonObject();
    }

    public byte[] bytes() {
        return body.getBytes();
    }

    /** Answers with JSON. */
    public void answer(int status, String json) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(json);
    }

    /** Answers with a status alone. */
    public void answer(int status) {
        request.response().setStatusCode(status).end();
    }

    /** Begins an event stream. */
    public Exchange stream() {
        HttpServerResponse response = request.response();
        response.setChunked(true).putHeader("Content-Type", "text/event-stream; charset=utf-8");
        written = response.write(": connected\n\n");
        return this;
    }

    /** Adds a response header, before the stream begins. */
    public Exchange with(String name, String value) {
        request.response().putHeader(name, value);
        return this;
    }

    public Exchange send(String text) {
        written = request.response().write(text);
        return this;
    }

    /** Sends bytes; done once they are with the operating system. */
    public Future<Void> send(Buffer bytes) {
        written = request.response().write(bytes);
        return written;
    }

    public void end() {
        request.response().end();
    }

    /** True once the answer is whole, or nobody is there to take it. */
    boolean isOver() {
        return request.response().ended() || isClosed();
    }

    /** Answers with a problem. */
    public void problem(int status, String json) {
        with("Content-Type", "application/problem+json");
        request.response().setStatusCode(status).end(json);
    }

    /** What it came on; others may have come on the same. */
    public Object connection() {
        return request.connection();
    }

    /** Cuts the answer, behind what has been sent. */
    public void kill() {
        written.onComplete(_ -> request.response().reset());
    }

    /** Waits until the other side has given the answer up. */
    public void assertClosed() throws InterruptedException {
        assertThat(closed.await(10, TimeUnit.SECONDS))
                .as("given up by the edge")
                .isTrue();
    }

    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public String toString() {
        return method() + " " + uri();
    }
}
