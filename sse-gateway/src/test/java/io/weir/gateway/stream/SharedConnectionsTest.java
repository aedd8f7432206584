package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.FakeMetering;
import io.weir.gateway.fakes.Gateway;
import io.weir.gateway.fakes.Http2;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Edges read many streams on one HTTP/2 connection: they share it and no more. */
@QuarkusTest
@TestProfile(SharedConnectionsTest.ShortLived.class)
@QuarkusTestResource(Surroundings.class)
class SharedConnectionsTest extends OneStream {
    /** Connections that are old soon. */
    public static class ShortLived implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("weir.gateway.times.edge-connection", "2s");
        }
    }

    /** Requests of HTTP/2 that a shutdown would wait for. */
    @Singleton
    public static class Awaited {
        private static final int BEFORE_ALL_ROUTES = 9_000;

        private final AtomicInteger count = new AtomicInteger();

        void register(@Observes Filters filters) {
            filters.register(
                    context -> {
                        if (context.request().version() == HttpVersion.HTTP_2) {
                            count.incrementAndGet();
                            QuarkusRequestWrapper.get(context.request())
                                    .addRequestDoneHandler(_ -> count.decrementAndGet());
                        }
                        context.next();
                    },
                    BEFORE_ALL_ROUTES);
        }
    }

    @Inject
    Awaited awaited;

    private static final long CANCEL = 8;

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch askedToLeave = new CountDownLatch(1);
    private final Queue<FakeAgent.Talk> talks = new ConcurrentLinkedQueue<>();
    private final HttpClient edge = Http2.client(vertx, askedToLeave::countDown);

    @BeforeEach
    void talkWhenAsked() {
        world.agent().script(talk -> talks.add(talk.scaffold().say("one")));
    }

    @AfterEach
    void close() {
        done(vertx.close());
    }

    @Test
    void endsOneStreamOfAConnectionAndNoOther() {
        StreamId second = Tickets.stream();
        FakeMetering.Hold secondHold = world.metering().hold(second);
        Reading left = read(stream).until("one");
        Reading stays = read(second).until("one");
        assertThat(left.connection()).isSameAs(stays.connection());
        assertThat(awaited.count).hasValue(2);
        left.response.request().reset();
        Await.until("a shutdown waits for one alone", () -> awaited.count.get() == 1);
        for (FakeAgent.Talk talk : talks) {
            talk.say(" two").completed(3, 2);
        }
        stays.until("response.completed");
        // The one whose reader has left goes on all the same.
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(secondHold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void asksForNewStreamsElsewhereOnceAConnectionIsOldAndEndsThoseThatItHas() throws InterruptedException {
        Reading first = read(stream).until("one");
        assertThat(askedToLeave.await(20, TimeUnit.SECONDS)).isTrue();
        StreamId second = Tickets.stream();
        world.metering().hold(second);
        Reading later = read(second).until("one");
        assertThat(later.connection()).isNotSameAs(first.connection());
        for (FakeAgent.Talk talk : talks) {
            talk.say(" two").completed(3, 2);
        }
        first.until(" two").until("response.completed");
        later.until("response.completed");
    }

    @Test
    void refusesABodyThatIsStillComingWithoutClosingTheConnectionOfOthers() {
        Reading other = read(stream).until("one");
        HttpClientRequest upload = request("no ticket");
        upload.setChunked(true).write(Buffer.buffer(new byte[100]));
        HttpClientResponse refused = done(upload.response());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(upload.connection()).isSameAs(other.connection());
        Await.until(
                "the upload is reset", () -> done(upload.write("x").map(false).otherwise(true)));
        for (FakeAgent.Talk talk : talks) {
            talk.completed(3, 1);
        }
        other.until("response.completed");
    }

    @Test
    void bearsManyReadersThatLeave() {
        Reading other = read(stream).until("one");
        for (int i = 0; i < 300; i++) {
            HttpClientRequest again = request(ticket(stream));
            var _ = again.send(Gateway.BODY);
            again.reset(CANCEL);
        }
        for (FakeAgent.Talk talk : talks) {
            talk.completed(3, 1);
        }
        other.until("response.completed");
    }

    private Reading read(StreamId asked) {
        HttpClientRequest request = request(ticket(asked));
        return done(request.send(Gateway.BODY).map(Reading::new));
    }

    private static String ticket(StreamId asked) {
        return Tickets.sign(Tickets.claims(asked, "demo", "s-" + asked, Gateway.BODY, 1_000_000, true, 0));
    }

    private HttpClientRequest request(String ticket) {
        return done(edge.request(HttpMethod.POST, streams.getPort(), streams.getHost(), streams.getPath()))
                .putHeader("Weir-Ticket", ticket);
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** What has come of one response. */
    private static final class Reading {
        private final HttpClientResponse response;
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();

        Reading(HttpClientResponse response) {
            this.response = response;
            response.exceptionHandler(_ -> {});
            response.handler(chunk -> text.writeBytes(chunk.getBytes()));
        }

        HttpConnection connection() {
            return response.request().connection();
        }

        Reading until(String part) {
            Await.until("reader has " + part, () -> text.toString(StandardCharsets.UTF_8)
                    .contains(part));
            return this;
        }
    }
}
