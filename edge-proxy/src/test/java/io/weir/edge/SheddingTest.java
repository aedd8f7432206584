package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limit of answers that are open at a time: 20 in tests, and from 16 on a fair part of it. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class SheddingTest {
    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
        open();
    }

    /** Sources that say nothing but stay: a reader whose source fell silent goes on at the log. */
    private void open() {
        fakes.gateway.respond(Exchange::stream);
        fakes.relay.respond(Exchange::stream);
    }

    private Reading ask(String account, int number) throws Exception {
        return new Browser(edge, fakes.issuer.token(account))
                .read("POST", "/api/chat/stream", "{\"sessionId\":\"s\",\"message\":\"" + number + "\"}");
    }

    @Test
    void shedsTheAccountThatHasTheMostBeforeAnyCreditIsTouched() throws Exception {
        // Given
        List<Reading> open = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            open.add(ask("flood", i));
        }
        open.add(ask("quiet", 0));
        int reserved = fakes.metering.seen("POST /v1/holds").size();
        // When
        HttpResponse<String> shed = new Browser(edge, fakes.issuer.token("flood"))
                .call("POST", "/api/chat/stream", "{\"sessionId\":\"s\",\"message\":\"one more\"}");
        // Then
        assertThat(shed.statusCode()).isEqualTo(503);
        assertThat(shed.body()).contains("overloaded");
        assertThat(Integer.parseInt(shed.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 5);
        assertThat(fakes.metering.seen("POST /v1/holds")).hasSize(reserved);
        for (int i = 1; i <= 4; i++) {
            open.add(ask("quiet", i));
            assertThat(open.getLast().status()).isEqualTo(200);
        }
        try (Reading full = ask("late", 1)) {
            assertThat(full.status()).as("at the limit").isEqualTo(503);
        }
        for (Reading reading : open) {
            reading.close();
        }
        reset();
        try (Reading again = ask("flood", 99)) {
            assertThat(again.status()).isEqualTo(200);
        }
    }
}
