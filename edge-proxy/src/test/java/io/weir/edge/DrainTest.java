package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import io.weir.edge.fake.Talk;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** A process that is asked to leave sends its readers elsewhere, and their streams go on. */
@QuarkusTest
@TestProfile(DrainTest.OfItsOwn.class)
@QuarkusTestResource(FakeStack.class)
final class DrainTest {
    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

    /** A process of its own, since it does not come back from draining. */
    public static final class OfItsOwn implements QuarkusTestProfile {}

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @Inject
    Event<ShutdownDelayInitiatedEvent> shutdown;

    @Test
    void makesReadersResumeElsewhereAndStartsNothingNew() throws Exception {
        // Given
        fakes.reset();
        var alice = new Browser(edge, fakes.issuer.token("alice"));
        Reading reading = alice.read("POST", "/api/chat/stream", QUESTION);
        Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
        var script = new Script(Fakes.streamOf(gateway));
        gateway.send(script.scaffold() + script.delta("one"));
        reading.until("one");
        Talk talk = Talk.open(edge.resolve("/api/chat/ws"), "Authorization", "Bearer " + fakes.issuer.token("bob"));
        // When
        shutdown.fire(new ShutdownDelayInitiatedEvent());
        // Then
        assertThat(reading.rest()).isEqualTo(Reading.END + "\n");
        gateway.assertClosed();
        assertThat(talk.closed()).isEqualTo(1012);
        assertThat(fakes.metering.seen("POST /v1/holds/"))
                .as("neither stopped nor given back")
                .isEmpty();
        HttpResponse<String> late = alice.call("POST", "/api/chat/stream", QUESTION);
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.headers().firstValue("retry-after")).isPresent();
        script.delta(" two");
        script.end(EndReason.COMPLETED);
        fakes.relay.respond(exchange -> exchange.stream().send(script.after(5)).end());
        String path = "/api/streams/" + reading.header("weir-stream-id") + "?after=5";
        assertThat(alice.call("GET", path, null).body()).contains(" two").contains("[DONE]");
    }
}
