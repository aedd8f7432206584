package io.weir.edge.wire;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests to the other services, with this service's token. Everything completes on the caller's context; a failed future
 * means that no answer came.
 */
@Singleton
public final class ServiceCalls {
    /** Requests to other services whose answer has not come, or is being handled. */
    public static final String OPEN = "weir.edge.calls.open";

    private static final int UNAUTHORIZED = 401;
    /** RFC 9113 section 7: the stream is no longer needed. */
    private static final long CANCEL = 8;

    private final Vertx vertx;
    private final LoopClients clients;
    private final ServiceTokens tokens;
    private final WireConfig.Wire bounds;
    private final AtomicInteger open = new AtomicInteger();

    ServiceCalls(Vertx vertx, LoopClients clients, ServiceTokens tokens, WireConfig config, MeterRegistry meters) {
        this.vertx = vertx;
        this.clients = clients;
        this.tokens = tokens;
        this.bounds = config.wire();
        meters.gauge(OPEN, open);
    }

    /**
     * A request to a service.
     *
     * @param method HTTP method
     * @param target absolute address
     * @param headers beside {@code Authorization}
     * @param body JSON, or empty for none
     */
    public record Request(HttpMethod method, URI target, MultiMap headers, Buffer body) {
        /** A request without a body. */
        public static Request of(HttpMethod method, URI target) {
            return new Request(method, target, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer());
        }

        /** A POST of JSON. */
        public static Request post(URI target, byte[] json) {
            var headers = MultiMap.caseInsensitiveMultiMap().add("Content-Type", "application/json");
            return new Request(HttpMethod.POST, target, headers, Buffer.buffer(json));
        }

        /** This request with one more header. */
        public Request with(String name, String value) {
            headers.add(name, value);
            return this;
        }
    }

    /** Calls and reads the whole answer; one more try with a new token where the service did not take the old one. */
    public Future<ServiceAnswer> call(Request request) {
        return counted(callOnce(request).compose(answer -> {
            if (answer.status() != UNAUTHORIZED) {
                return Future.succeededFuture(answer);
            }
            tokens.refused();
            return callOnce(request);
        }));
    }

    /** Counts a request as open until its caller has handled the answer, which it does before the context's next task. */
    private <T> Future<T> counted(Future<T> answer) {
        var context = vertx.getOrCreateContext();
        open.incrementAndGet();
        return answer.onComplete(_ -> context.runOnContext(_ -> open.decrementAndGet()));
    }

    /** Calls with a caller's own token instead of this service's, and reads the whole answer. */
    public Future<ServiceAnswer> callAs(String accessToken, Request request) {
        return counted(send(request, "Bearer " + accessToken));
    }

    private Future<ServiceAnswer> callOnce(Request request) {
        return tokens.bearer().compose(bearer -> send(request, bearer));
    }

    private Future<ServiceAnswer> send(Request request, String bearer) {
        var options =
                options(request).setTimeout(bounds.callTimeout().toMillis()).putHeader("Authorization", bearer);
        return clients.calls()
                .request(options)
                .compose(sent -> sent.send(request.body()))
                .compose(response -> response.body()
                        .map(body -> new ServiceAnswer(response.statusCode(), response.headers(), body)));
    }

    /** A GET whose answer is a status only; no token is sent. */
    public Future<Integer> probe(URI target, Duration bound) {
        var options = new RequestOptions().setAbsoluteURI(target.toString()).setTimeout(bound.toMillis());
        return counted(clients.calls()
                .request(options)
                .compose(HttpClientRequest::send)
                .compose(response -> response.body().map(_ -> response.statusCode())));
    }

    /**
     * Opens a response that goes on for long, as one stream of an HTTP/2 connection. It comes paused: set handlers, then
     * resume.
     */
    public Future<HttpClientResponse> open(Request request) {
        return open(request, tokens.bearer());
    }

    /** The same with the token of a caller in the place of this service's. */
    public Future<HttpClientResponse> openFor(String accessToken, Request request) {
        return open(request, Future.succeededFuture("Bearer " + accessToken));
    }

    private Future<HttpClientResponse> open(Request request, Future<String> authorization) {
        Promise<HttpClientResponse> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
        var options = options(request).setConnectTimeout(bounds.connectTimeout().toMillis());
        authorization
                .compose(bearer -> clients.streams().request(options.putHeader("Authorization", bearer)))
                .onSuccess(sent -> send(sent, request.body(), answer))
                .onFailure(answer::tryFail);
        return counted(answer.future());
    }

    private void send(HttpClientRequest request, Buffer body, Promise<HttpClientResponse> answer) {
        long timer = vertx.setTimer(bounds.headTimeout().toMillis(), _ -> {
            answer.tryFail(new TimeoutException("no response head in time"));
            request.reset(CANCEL);
        });
        request.send(body).onComplete(result -> {
            vertx.cancelTimer(timer);
            if (result.succeeded()) {
                result.result().pause();
                if (!answer.tryComplete(result.result())) {
                    discard(result.result());
                }
            } else {
                answer.tryFail(result.cause());
            }
        });
    }

    /** Gives up a response of {@link #open} that is not, or no longer, wanted; the other side is told. */
    public static void discard(HttpClientResponse response) {
        response.exceptionHandler(_ -> {});
        response.request().reset(CANCEL);
    }

    private static RequestOptions options(Request request) {
        var options = new RequestOptions()
                .setMethod(request.method())
                .setAbsoluteURI(request.target().toString());
        request.headers().forEach(options::putHeader);
        return options;
    }
}
