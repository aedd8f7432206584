package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Delivery by handoff: callers get the gateway's address and a ticket; the rest goes on through the edge. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
@TestProfile(HandoffTest.HandingOff.class)
final class HandoffTest {
    private static final String GATEWAY = "https://gateway.example/v1/streams?ticket=";
    private static final String QUESTION = "{ \"sessionId\":\"s1\", \"message\":\"hello\" }";

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    /** An edge that hands off. */
    public static final class HandingOff implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("weir.edge.delivery", "handoff", "weir.edge.handoff.gateway-url", "https://gateway.example");
        }
    }

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private Browser alice() {
        return new Browser(edge, fakes.issuer.token("alice"));
    }

    @Test
    void sendsTheCallerToTheGatewayWithATicketForItsOwnBody() throws Exception {
        HttpResponse<String> answer = alice().call("POST", "/api/chat/stream", QUESTION);

        assertThat(answer.statusCode()).isEqualTo(307);
        JsonObject ticket = ticketIn(answer.headers().firstValue("Location").orElse(""));
        JsonObject claims = ticket.getJsonObject("weir");
        assertThat(claims.getString("bodySha256")).isEqualTo(Fakes.sha256(QUESTION.getBytes(StandardCharsets.UTF_8)));
        assertThat(claims.getString("dialect")).isEqualTo("token");
        assertThat(answer.headers().firstValue("Weir-Stream-Id")).hasValue(ticket.getString("jti"));
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        JsonObject reserve = fakes.metering.take("POST /v1/holds").json();
        assertThat(reserve.getInteger("lifeSeconds"))
                .as("the hold waits as long as the ticket lives")
                .isEqualTo((int) (ticket.getLong("exp") - ticket.getLong("iat")))
                .isEqualTo(60);
        assertThat(claims.getJsonObject("hold").getString("grantedMicro")).isEqualTo("6000");
    }

    @Test
    void handsOffEveryDialectThatStreams() throws Exception {
        String responses = "{\"model\":\"demo\",\"input\":\"hi\",\"stream\":true}";
        String chat = "{\"model\":\"demo\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

        assertThat(dialectOf("/v1/responses", responses)).isEqualTo("responses");
        assertThat(dialectOf("/v1/chat/completions", chat)).isEqualTo("chat_completions");
        assertThat(dialectOf("/chats/c1/messages", "{\"prompt\":\"hi\"}")).isEqualTo("chunk");
    }

    private String dialectOf(String path, String body) throws Exception {
        HttpResponse<String> answer = alice().call("POST", path, body);
        assertThat(answer.statusCode()).isEqualTo(307);
        JsonObject claims =
                ticketIn(answer.headers().firstValue("Location").orElse("")).getJsonObject("weir");
        assertThat(claims.getString("bodySha256")).isEqualTo(Fakes.sha256(body.getBytes(StandardCharsets.UTF_8)));
        return claims.getString("dialect");
    }

    @Test
    void tellsTheAddressToCallersThatFollowItThemselves() throws Exception {
        HttpResponse<String> answer =
                alice().call("POST", "/api/chat/stream?usage=true", QUESTION, "Prefer", "respond-async, Handoff");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("handoff");
        var body = new JsonObject(answer.body());
        assertThat(body.getString("url")).startsWith(GATEWAY).endsWith("&usage=true");
        assertThat(ticketIn(body.getString("url").replace("&usage=true", "")).getString("jti"))
                .isEqualTo(body.getString("streamId"));
    }

    @Test
    void holdsNothingAndSendsNobodyWhereCreditIsMissing() throws Exception {
        fakes.metering.respond(exchange -> exchange.problem(402, "{\"status\":402}"));

        HttpResponse<String> answer = alice().call("POST", "/api/chat/stream", QUESTION);

        assertThat(answer.statusCode()).isEqualTo(402);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void passesWholeAnswersOnItself() throws Exception {
        var asked = alice().begin("POST", "/v1/responses", "{\"model\":\"demo\",\"input\":\"hi\"}");
        Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
        var script = new Script(Fakes.streamOf(exchange));
        exchange.send(script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED))
                .end();

        assertThat(asked.get().statusCode()).isEqualTo(200);
        assertThat(fakes.metering.take("POST /v1/holds").json().getInteger("lifeSeconds"))
                .isEqualTo(10);
    }

    @Test
    void showsAStreamThatRunsAlreadyByItself() throws Exception {
        String known = "01a1f975-0000-75ba-895a-35bcf1824521";
        fakes.metering.respond(exchange -> exchange.answer(200, Fakes.held(known)));

        try (Reading reading = alice().read("POST", "/api/chat/stream", QUESTION, "Idempotency-Key", "k")) {
            Exchange exchange = fakes.relay.take("GET /v1/streams/").stream();
            var script = new Script(StreamId.parse(known));
            exchange.send(script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED))
                    .end();

            assertThat(reading.status()).isEqualTo(200);
            assertThat(reading.rest()).contains("Hi").contains("[DONE]");
        }
    }

    private static JsonObject ticketIn(String location) {
        assertThat(location).startsWith(GATEWAY);
        String payload = location.substring(GATEWAY.length()).split("\\.", -1)[1];
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(payload)));
    }
}
