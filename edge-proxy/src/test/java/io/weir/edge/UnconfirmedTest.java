package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader is told when neither the gateway nor metering says whether its answer has begun. */
@QuarkusTest
@TestProfile(UnconfirmedTest.Impatient.class)
@QuarkusTestResource(FakeStack.class)
final class UnconfirmedTest {
    /** Readers are told after a second. */
    public static class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("weir.edge.answer.patience", "1s", "weir.edge.answer.attach-patience", "1s");
        }
    }

    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
        fakes.gateway.respond(Exchange::kill);
        fakes.metering.respond(exchange -> {
            if (exchange.uri().endsWith("/release")) {
                exchange.answer(503, "{}");
            } else {
                exchange.answer(201, Fakes.held(exchange.json().getString("streamId")));
            }
        });
    }

    @Test
    void promisesAReaderNothingThatItCannotKnow() throws Exception {
        try (Reading reading = browser().read("POST", "/api/chat/stream", QUESTION)) {
            assertThat(reading.rest())
                    .contains("\"reason\":\"metering_unavailable\"")
                    .contains(Reading.END);
            assertThat(fakes.metering.seen("POST /v1/holds/")).hasSizeGreaterThan(1);
            assertThat(fakes.relay.seen("GET")).isEmpty();
        }
    }

    @Test
    void pointsWhoeverStartedItToTheReceipt() throws Exception {
        HttpResponse<String> started = browser().call("POST", "/api/chat/start", QUESTION);
        assertThat(started.statusCode()).isEqualTo(503);
        assertThat(started.body()).contains("Its receipt will say so").doesNotContain("Nothing was");
    }

    private Browser browser() {
        return new Browser(edge, fakes.issuer.token("alice"));
    }
}
