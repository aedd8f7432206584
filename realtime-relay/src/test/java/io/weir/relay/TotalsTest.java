package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What closed streams counted, as metering asks for it. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class TotalsTest {
    /** No other test has streams of this time. */
    private static final Instant THEN = Instant.parse("2001-02-03T04:00:00Z");

    @TestHTTPResource("/")
    URI base;

    @Test
    void tellsWhatEveryClosedStreamCountedAndNothingOfAnOpenOne() {
        // Given
        var streams = new ArrayList<StreamId>();
        try (var gateway = new TestGateway(base)) {
            for (int i = 0; i < 5; i++) {
                StreamId stream = begun(THEN.plusSeconds(i), i);
                streams.add(stream);
                gateway.open(stream, 1, TestGateway.header("counted", "totals", "How many?"));
                gateway.tell(
                        stream, 1, i == 0 ? EndReason.CANCELLED : EndReason.COMPLETED, "One", " two".repeat(i + 1));
            }
            StreamId open = begun(THEN.plusSeconds(5), 5);
            gateway.open(open, 1, TestGateway.header("counted", "totals", "And now?"));
            gateway.append(open, 1, TestGateway.delta(1, "One"));
            gateway.awaitAck(1);
        }

        // When
        JsonObject first = totals("&limit=2");
        JsonObject second = totals("&limit=2&before=" + first.getString("before"));
        JsonObject third = totals("&limit=2&before=" + second.getString("before"));

        // Then: what the test gateway's terminals say
        assertThat(ids(first, second, third))
                .isEqualTo(streams.reversed().stream().map(StreamId::toString).toList());
        assertThat(third.getString("before")).isNull();
        JsonObject oldest = third.getJsonArray("streams").getJsonObject(0);
        assertThat(oldest.getString("endReason")).isEqualTo("cancelled");
        assertThat(oldest.getString("usageSource")).isEqualTo("counted");
        assertThat(oldest.getJsonObject("tokens"))
                .isEqualTo(new JsonObject("{\"input\":3,\"cached\":0,\"cacheWrite\":0,\"output\":2,\"reasoning\":0}"));
    }

    @Test
    void isForServices() {
        var http = new EventsClient(base);
        String path = "/v1/totals?from=2001-02-03T00:00:00Z&to=2001-02-04T00:00:00Z";
        assertThat(http.get(http.request(path).build()).statusCode()).isEqualTo(401);
        assertThat(status(path, Tokens.user("ada"))).isEqualTo(403);
        assertThat(status(path, Tokens.service("hold"))).isEqualTo(403);
        assertThat(status(path, Tokens.service("internal"))).isEqualTo(200);
        assertThat(status("/v1/totals?from=yesterday&to=2001-02-04T00:00:00Z", Tokens.service("internal")))
                .isEqualTo(400);
        assertThat(status("/v1/totals?from=2001-02-03T00:00:00Z", Tokens.service("internal")))
                .isEqualTo(400);
        assertThat(status(path + "&before=x", Tokens.service("internal"))).isEqualTo(400);
        assertThat(status(path + "&limit=x", Tokens.service("internal"))).isEqualTo(400);
    }

    private static StreamId begun(Instant at, int number) {
        return new StreamId(new UUID((at.toEpochMilli() << 16) | 0x7000L, 0x8000_0000_0000_0000L + number));
    }

    private JsonObject totals(String page) {
        var http = new EventsClient(base);
        var response = http.get(http.request("/v1/totals?from=2001-02-03T04:00:00Z&to=2001-02-03T04:01:00Z" + page)
                .header("Authorization", "Bearer " + Tokens.service("internal"))
                .build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private static List<String> ids(JsonObject... pages) {
        var ids = new ArrayList<String>();
        for (JsonObject page : pages) {
            page.getJsonArray("streams").forEach(stream -> ids.add(((JsonObject) stream).getString("streamId")));
        }
        return ids;
    }

    private int status(String path, String token) {
        var http = new EventsClient(base);
        return http.get(http.request(path)
                        .header("Authorization", "Bearer " + token)
                        .build())
                .statusCode();
    }
}
