package io.weir.bench.pipe;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** A bare proxy: passes requests to one upstream and its answers back, chunk by chunk, on an event loop a core. */
public final class PipeMain {
    private static final int BACKLOG = 4_096;
    private static final int MOST_CONNECTIONS = 20_000;

    private PipeMain() {}

    /** Takes the port to listen on and the upstream's. */
    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        int upstream = Integer.parseInt(args[1]);
        Vertx.vertx()
                .deployVerticle(
                        () -> verticle(port, upstream),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors()))
                .onFailure(failure -> {
                    System.err.println("does not start: " + failure);
                    System.exit(1);
                });
    }

    private static Verticle verticle(int port, int upstream) {
        return new AbstractVerticle() {
            @Override
            public void start(Promise<Void> started) {
                HttpClient client = vertx.createHttpClient(
                        new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(upstream),
                        new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
                vertx.createHttpServer(new HttpServerOptions()
                                .setHost("127.0.0.1")
                                .setPort(port)
                                .setAcceptBacklog(BACKLOG))
                        .requestHandler(request -> pass(request, client))
                        .listen()
                        .<Void>mapEmpty()
                        .onComplete(started);
            }
        };
    }

    private static void pass(HttpServerRequest request, HttpClient client) {
        request.pause();
        client.request(new RequestOptions().setMethod(request.method()).setURI(request.uri()))
                .compose(upstream -> {
                    request.response().closeHandler(_ -> upstream.reset());
                    upstream.headers().setAll(request.headers().remove("Host"));
                    return ask(request, upstream);
                })
                .compose(answer -> answer(request, answer))
                .onFailure(_ -> request.connection().close());
    }

    private static Future<HttpClientResponse> ask(HttpServerRequest request, HttpClientRequest upstream) {
        return upstream.send(request);
    }

    private static Future<Void> answer(HttpServerRequest request, HttpClientResponse answer) {
        request.response().setStatusCode(answer.statusCode());
        request.response().headers().setAll(answer.headers());
        return answer.pipeTo(request.response());
    }
}
