package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.SlowUpload;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import jakarta.inject.Inject;
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
        assertThat(call.terminal().at("/response/incomplete_details/reason").asText())
                .isEqualTo("draining");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.DRAINING);
        assertThat(hold.settled().totals().output()).isPositive();
        world.agent().awaitHangUp();
        assertThat(agent.open("{\"topic\":\"session:b\"}").status()).isEqualTo(503);
        assertThat(upload.answer().body().path("reason").asText()).isEqualTo("draining");
        assertThat(world.metering().hold(posted).settled().reason()).isEqualTo(EndReason.DRAINING);
    }
}
