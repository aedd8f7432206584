package io.weir.gateway.fakes;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;

/** How edges ask: HTTP/2 without negotiation, many streams on one connection. */
public final class Http2 {
    private Http2() {}

    /**
     * A client with one connection at a time.
     *
     * @param askedToLeave told when the gateway wants new streams to be opened elsewhere
     */
    public static HttpClient client(Vertx vertx, Runnable askedToLeave) {
        return vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false))
                .with(new PoolOptions().setHttp2MaxSize(1))
                .withConnectHandler(connection -> connection.goAwayHandler(_ -> askedToLeave.run()))
                .build();
    }
}
