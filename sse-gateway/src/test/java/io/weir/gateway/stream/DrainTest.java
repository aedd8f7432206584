package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.Http2;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.SlowUpload;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(DrainTest.OfItsOwn.class)
@QuarkusTestResource(Surroundings.class)
class DrainTest extends OneStream {
    /** A process of its own, since it does not come back from draining. */
    public static class OfItsOwn implements QuarkusTestProfile {}

    @Inject
    GatewayLife life;

    @Test
    void takesNothingNewAndEndsWhatIsStillOpenAtTheDeadline() {
        // Given
        var agent = new PostingAgent(streams, "alice", world.keys().getPrivate());
        StreamId posted = agent.opened("session:a");
        SlowUpload upload = agent.upload(posted, PostingAgent.NDJSON, 1);
        upload.sendOften("{\"token\":\"a\"}\n");
        Await.until("first event taken", () -> agent.standing(posted).head() > 0);
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        life.drain();
        // Then
        StreamId late = Tickets.stream();
        world.metering().hold(late);
        SseCall refused = gateway.open(late, "demo").awaitEnd();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.raw()).contains("gateway-unavailable");
        assertThat(isAskedToLeave()).as("an edge that comes only now").isTrue();
        assertThat(call.terminal().at("/response/incomplete_details/reason").asText())
                .isEqualTo("draining");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.DRAINING);
        assertThat(hold.settled().totals().output()).isPositive();
        world.agent().awaitHangUp();
        assertThat(agent.open("{\"topic\":\"session:b\"}").status()).isEqualTo(503);
        assertThat(upload.answer().body().path("reason").asText()).isEqualTo("draining");
        assertThat(world.metering().hold(posted).settled().reason()).isEqualTo(EndReason.DRAINING);
    }

    /** Asks for a stream on an HTTP/2 connection of its own. */
    private boolean isAskedToLeave() {
        Vertx vertx = Vertx.vertx();
        var goneAway = new CompletableFuture<Boolean>();
        HttpClient edge = Http2.client(vertx, () -> goneAway.complete(true));
        try {
            edge.request(HttpMethod.POST, streams.getPort(), streams.getHost(), streams.getPath())
                    .compose(request -> request.putHeader("Weir-Ticket", "none").send("{}"))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return goneAway.completeOnTimeout(false, 10, TimeUnit.SECONDS).join();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
