package io.weir.edge.relayproxy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.admission.Bodies;
import io.weir.edge.answer.Goodbyes;
import io.weir.edge.answer.UpgradedRequests;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.wire.LoopClients;
import io.weir.edge.wire.WireConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code /realtime/v1/**}, {@code /socket/**} and {@code /ws/stream/**} belong to the relay. A request with a bearer or an API key passes as it is:
 * the relay judges it. One with nothing but the session cookie gets the caller's access token, after its origin was
 * checked; the cookie itself never leaves this service.
 */
@Singleton
public final class RelayProxy {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Vertx vertx;
    private final Callers callers;
    private final Bodies bodies;
    private final LoopClients clients;
    private final Goodbyes goodbyes;
    private final ProblemWriter problems;
    private final URI relay;
    private final RelayProxyConfig bounds;

    RelayProxy(
            Vertx vertx,
            Callers callers,
            Bodies bodies,
            LoopClients clients,
            Goodbyes goodbyes,
            ProblemWriter problems,
            WireConfig config,
            RelayProxyConfig bounds) {
        this.vertx = vertx;
        this.bodies = bodies;
        this.callers = callers;
        this.clients = clients;
        this.goodbyes = goodbyes;
        this.problems = problems;
        this.relay = config.relayUrl();
        this.bounds = bounds;
    }

    void routes(@Observes Router router) {
        router.route("/realtime/v1/*").handler(this::handle);
        router.route("/socket/*").handler(this::handle);
        router.route("/ws/stream/*").handler(this::handle);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        request.pause();
        identify(context)
                .compose(caller -> {
                    var options = forward(request, caller);
                    return isUpgrade(request) ? tunnel(request, options) : pass(request, options);
                })
                .onFailure(failure -> problems.write(context, asProblem(failure)));
    }

    /** The caller by cookie; a bearer is the relay's to judge. */
    private Future<Optional<Caller>> identify(RoutingContext context) {
        boolean bearer = context.request().headers().contains("Authorization");
        return bearer ? Future.succeededFuture(Optional.empty()) : callers.identify(context);
    }

    private RequestOptions forward(HttpServerRequest request, Optional<Caller> caller) {
        var options = new RequestOptions()
                .setMethod(request.method())
                .setHost(relay.getHost())
                .setPort(relay.getPort() < 0 ? ("https".equals(relay.getScheme()) ? 443 : 80) : relay.getPort())
                .setSsl("https".equals(relay.getScheme()))
                .setURI(request.uri());
        Headers.forward(request.headers(), isUpgrade(request)).forEach(options::putHeader);
        caller.ifPresent(known -> options.putHeader("Authorization", "Bearer " + known.accessToken()));
        return options;
    }

    private Future<Void> pass(HttpServerRequest request, RequestOptions options) {
        options.setTimeout(bounds.timeout().toMillis());
        return bodies.use(request, bounds.maxBodyBytes(), body -> clients.calls()
                .request(options)
                .compose(sent -> sent.send(body))
                .compose(answer -> answer.body().map(whole -> {
                    respond(request.response(), answer, whole);
                    return null;
                })));
    }

    private static void respond(HttpServerResponse response, HttpClientResponse answer, Buffer body) {
        response.setStatusCode(answer.statusCode());
        Headers.backward(answer.headers()).forEach(response::putHeader);
        response.end(body);
    }

    private Future<Void> tunnel(HttpServerRequest request, RequestOptions options) {
        return clients.tunnels().request(options).compose(this::connect).compose(answer -> {
            if (answer.statusCode() != SWITCHING_PROTOCOLS) {
                return answer.body().map(body -> {
                    respond(request.response(), answer, body);
                    return null;
                });
            }
            return join(request, answer);
        });
    }

    private Future<HttpClientResponse> connect(HttpClientRequest request) {
        // Every tunnel ends by a closed connection; that is no error.
        request.exceptionHandler(_ -> {});
        long timer = vertx.setTimer(bounds.timeout().toMillis(), _ -> request.reset());
        return request.connect().onComplete(_ -> vertx.cancelTimer(timer));
    }

    private Future<Void> join(HttpServerRequest request, HttpClientResponse answer) {
        var far = answer.netSocket();
        far.pause();
        Headers.switching(answer.headers()).forEach(request.response()::putHeader);
        return request.toNetSocket()
                .onSuccess(near -> {
                    // A frame of ours could fall into one of the relay's: the client is sent elsewhere by the close
                    // alone.
                    Runnable forget = goodbyes.add(near::close);
                    Runnable over = () -> {
                        forget.run();
                        UpgradedRequests.over(request);
                    };
                    new Tunnel(near, far, bounds.maxQueuedBytes(), over).start();
                })
                .onFailure(_ -> far.close())
                .mapEmpty();
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        String upgrade = request.getHeader("Upgrade");
        return upgrade != null && upgrade.toLowerCase(Locale.ROOT).equals("websocket");
    }

    private static Throwable asProblem(Throwable failure) {
        return failure instanceof ProblemException
                ? failure
                : new ProblemException(
                        ProblemType.RELAY_UNAVAILABLE, "The relay cannot be reached right now; try again.");
    }
}
