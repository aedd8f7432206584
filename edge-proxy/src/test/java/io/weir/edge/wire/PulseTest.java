package io.weir.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.weir.streams.faults.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PulseTest {
    private static final String HOST = "127.0.0.1";
    private static final Duration EVERY = Duration.ofMillis(50);

    private final Vertx vertx = Vertx.vertx();
    private final Semaphore pings = new Semaphore(0);
    private final CountDownLatch lost = new CountDownLatch(2);
    private final HttpServer server = vertx.createHttpServer();

    private final HttpClient client = vertx.httpClientBuilder()
            .with(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false))
            .withConnectHandler(connection -> Pulse.watch(vertx, connection, EVERY))
            .build();

    @SuppressWarnings("NullAway.Init")
    private Wire wire;

    @BeforeEach
    void connect() throws IOException {
        server.connectionHandler(connection -> connection.pingHandler(_ -> pings.release()));
        server.requestHandler(request -> request.response().write("begun"));
        wire = new Wire(done(server.listen(0, HOST)).actualPort());
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
        done(vertx.close());
    }

    @Test
    void leavesAConnectionAloneThatAnswers() throws Exception {
        HttpClientResponse stream = stream();
        assertThat(pings.tryAcquire(5, 20, TimeUnit.SECONDS)).isTrue();
        assertThat(lost.getCount()).isEqualTo(2);
        assertThat(stream().request().connection()).isSameAs(stream.request().connection());
    }

    @Test
    void endsEveryStreamOfAConnectionWhoseOtherSideIsGoneWithoutAWord() throws Exception {
        HttpClientResponse one = stream();
        HttpClientResponse other = stream();
        assertThat(one.request().connection()).isSameAs(other.request().connection());
        wire.strand();
        assertThat(lost.await(20, TimeUnit.SECONDS)).as("both are told").isTrue();
        // New streams are asked for on a new connection.
        assertThat(stream().request().connection()).isNotSameAs(one.request().connection());
    }

    private HttpClientResponse stream() {
        return done(client.request(HttpMethod.GET, wire.port(), HOST, "/")
                .compose(HttpClientRequest::send)
                .onSuccess(response -> response.exceptionHandler(_ -> lost.countDown())));
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
