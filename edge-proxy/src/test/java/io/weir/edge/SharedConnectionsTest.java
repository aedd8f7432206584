package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams share connections to where they come from, and nothing else. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class SharedConnectionsTest {
    private static final StreamId STREAM = StreamId.parse("019aa000-0000-7000-8000-000000000003");
    private static final int READERS = 20;

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    @Test
    void tellsOfOneReaderThatLeavesAndGoesOnWithTheOthersOfItsConnection() throws Exception {
        var script = new Script(STREAM);
        String scaffold = script.scaffold();
        String one = script.delta("one");
        String rest = script.delta("two") + script.end(EndReason.COMPLETED);
        fakes.relay.respond(exchange -> exchange.stream().send(scaffold + one));
        var alice = new Browser(edge, fakes.issuer.token("alice"));
        List<Reading> readings = new ArrayList<>();
        List<Exchange> asked = new ArrayList<>();
        try {
            for (int reader = 0; reader < READERS; reader++) {
                readings.add(alice.read("GET", "/api/streams/" + STREAM, null));
                asked.add(fakes.relay.take("GET /v1/streams/"));
                readings.getLast().until("one");
            }
            Map<Object, List<Exchange>> shared = asked.stream().collect(Collectors.groupingBy(Exchange::connection));
            assertThat(shared).as("connections").hasSizeLessThan(READERS);
            List<Exchange> together = shared.values().stream()
                    .filter(exchanges -> exchanges.size() > 1)
                    .findFirst()
                    .orElseThrow();

            // When
            readings.get(asked.indexOf(together.getFirst())).close();

            // Then
            together.getFirst().assertClosed();
            Exchange other = together.getLast();
            assertThat(other.isClosed()).isFalse();
            other.send(rest).end();
            assertThat(readings.get(asked.indexOf(other)).rest())
                    .contains("two")
                    .contains("[DONE]");
        } finally {
            for (Reading reading : readings) {
                reading.close();
            }
        }
    }
}
