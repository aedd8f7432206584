package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.MultiMap;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.Gateway;
import io.weir.gateway.fakes.LogLines;
import io.weir.gateway.fakes.Outside;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import io.weir.gateway.route.ReplayedStreams;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that Fly's proxy brings to their machines, past the gateway. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
@TestProfile(ReplayTest.Replaying.class)
class ReplayTest extends OneStream {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BODY = "{\"model\":\"demo\",\"stream\":true,\"input\":\"say hello\"}";
    private static final String SECRET = Surroundings.MACHINE_SECRET;

    @Inject
    ReplayedStreams replayed;

    @Inject
    GatewayConfig config;

    /** A gateway that has streams replayed. */
    public static final class Replaying implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("weir.gateway.routing", "fly-replay");
        }
    }

    @BeforeEach
    void proxy() {
        replayed.stopAll();
        Await.until("no replayed stream", () -> replayed.size() == 0);
        world.fly().inFrontOf(streams);
        world.fly().knows("demo", "a", world.agent().address());
        world.fly().knows("twins", "c", world.second().address());
    }

    private SseCall ask(TicketClaims claims, String body, String... headers) {
        return ask(world.fly().address(), claims, body, headers);
    }

    private static SseCall ask(URI base, TicketClaims claims, String body, String... headers) {
        var request = HttpRequest.newBuilder(base.resolve("/v1/streams?ticket=" + Tickets.sign(claims)))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return SseCall.send(request.build());
    }

    private TicketClaims claims() {
        return Tickets.handedOff(stream, "demo", "responses", BODY);
    }

    /** The same with other credit, or another lease. */
    private TicketClaims claims(long grantedMicro, int leaseSeconds, boolean last) {
        TicketClaims usual = claims();
        var reply = new ReserveReply(stream, grantedMicro, leaseSeconds, last, 0, Tickets.PRICE);
        return new TicketClaims(
                stream,
                usual.tenant(),
                usual.account(),
                usual.session(),
                usual.agent(),
                usual.topic(),
                usual.vocabulary(),
                usual.dialect(),
                null,
                usual.bodySha256(),
                reply);
    }

    private MultiMap headersAtTheAgent() {
        return world.agent().asked().getFirst().headers();
    }

    private HttpResponse<String> report(String body) {
        return report(headersAtTheAgent().get("Weir-Usage-Token"), body);
    }

    private HttpResponse<String> report(String token, String body) {
        URI told = URI.create(headersAtTheAgent().get("Weir-Usage-Url"));
        HttpRequest request = HttpRequest.newBuilder(streams.resolve(told.getPath()))
                .header("Content-Type", "application/json")
                .header("Weir-Usage-Token", token)
                .POST(BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    @Test
    void bringsAStreamToItsMachineAndSettlesWhatTheAgentReports() {
        var log = new LogLines();
        SseCall call = ask(claims(), BODY, "Authorization", "Bearer users-own", "Cookie", "session=users")
                .awaitEnd();

        assertThat(call.status()).isEqualTo(200);
        assertThat(call.raw()).contains("\"delta\":\"hello\"").contains("[DONE]");
        var asked = world.agent().asked().getFirst();
        assertThat(asked.path()).isEqualTo("/v1/responses");
        assertThat(asked.body().toString()).isEqualTo(BODY);
        assertThat(asked.headers().get("Authorization")).isEqualTo("Bearer " + SECRET);
        assertThat(asked.headers().get("Cookie")).isNull();
        assertThat(asked.headers().get("Weir-Stream-Id")).isEqualTo(stream.toString());
        assertThat(asked.headers().get("fly-replay-src")).isNotNull();
        assertThat(world.fly().replays()).containsExactly("demo/a");

        JsonNode answer = json(report("{\"input\":10,\"output\":20}"));
        assertThat(answer.path("stop").asBoolean(true)).isFalse();
        assertThat(answer.path("againWithinSeconds").asInt()).isEqualTo(60);
        Await.until("metering told", () -> hold.updates().stream()
                .anyMatch(update -> update.totals().equals(Totals.counted(10, 20))));
        report("{\"input\":5,\"output\":30}");
        assertThat(report("{\"input\":10,\"output\":40,\"reasoning\":7,\"final\":true,\"model\":\"m1\"}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(hold.settled().totals()).isEqualTo(new Totals(10, 0, 0, 40, 7));
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.AGENT);
        assertThat(hold.settled().model()).isEqualTo("m1");
        assertThat(report("{\"input\":10,\"output\":40,\"final\":true}").statusCode())
                .as("once settled")
                .isEqualTo(409);
        assertThat(hold.settles()).hasSize(1);
        log.close();
        assertThat(call.raw()).doesNotContain(SECRET);
        assertThat(log.lines()).noneMatch(line -> line.contains(SECRET) || line.contains("ticket="));
    }

    @Test
    void showsTheMachinesSecretToTheProxyAndTheMachineAlone() throws IOException {
        try (var outside = new Outside(world, SECRET)) {
            String routed = "{\"machineId\":\"a\",\"appName\":\"demo\"}";
            String ticket = Tickets.sign(claims());
            outside.note("route around the proxy", post(routed, "Weir-Ticket", ticket));
            outside.note("route of a service", route(routed));
            outside.note(
                    "route after a replay",
                    post(routed, "Weir-Ticket", ticket, "fly-request-id", "1", "fly-replay-src", "x"));

            SseCall call = ask(claims(), BODY).awaitEnd();
            outside.note("replayed", call.raw());
            assertThat(headersAtTheAgent().get("Authorization")).isEqualTo("Bearer " + SECRET);
            String token = headersAtTheAgent().get("Weir-Usage-Token");
            outside.note("usage token", token);
            outside.note(
                    "usage token",
                    new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]), StandardCharsets.ISO_8859_1));
            outside.note("report", report("{\"input\":10,\"output\":20}"));
            outside.note("no report", report("nonsense"));
            outside.note("another's report", report("wrong", "{\"output\":1}"));
            outside.note("used again", ask(claims(), BODY).awaitEnd().raw());
            outside.note("final", report("{\"input\":10,\"output\":40,\"final\":true}"));
            outside.stream("replayed", stream);

            StreamId second = Tickets.stream();
            world.metering().hold(second);
            outside.note(
                    "around the proxy",
                    ask(streams, Tickets.handedOff(second, "demo", "responses", BODY), BODY)
                            .awaitEnd()
                            .raw());
            outside.stream("around the proxy", second);
            outside.everywhere(gateway, config.journal());

            assertThat(outside.text()).contains("\"delta\":\"hello\"", "againWithinSeconds");
            assertThat(outside.text()).as("nor is a ticket logged").doesNotContain(ticket);
        }
    }

    @Test
    void takesReportsFromWhoHasTheStreamsTokenAndThatMakeSense() {
        ask(claims(), BODY).awaitEnd();

        assertThat(report("wrong", "{\"output\":1}").statusCode()).isEqualTo(401);
        assertThat(report(Tickets.sign(claims()), "{\"output\":0,\"final\":true}")
                        .statusCode())
                .as("the caller's ticket")
                .isEqualTo(401);
        assertThat(report("{\"output\":-1}").statusCode()).isEqualTo(400);
        assertThat(report("{\"input\":1,\"cached\":2}").statusCode()).isEqualTo(400);
        assertThat(report("{\"output\":1,\"final\":true,\"reason\":\"orphaned\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(report("nonsense").statusCode()).isEqualTo(400);
        assertThat(hold.settles()).isEmpty();
    }

    @Test
    void settlesTheLastTotalsWhenNoReportComesWithinTheLease() {
        ask(claims(1_000_000, 1, true), BODY).awaitEnd();
        report("{\"input\":3,\"output\":4}");

        assertThat(hold.settled().totals()).isEqualTo(Totals.counted(3, 4));
        assertThat(hold.settled().reason()).isEqualTo(EndReason.MACHINE_LOST);
    }

    @Test
    void tellsTheAgentToStopWhenSomebodyHasStoppedTheStream() {
        ask(claims(), BODY).awaitEnd();

        assertThat(gateway.stop(stream, world.keys().getPrivate(), "internal")).isEqualTo(202);

        JsonNode answer = json(report("{\"input\":3,\"output\":4}"));
        assertThat(answer.path("stop").asBoolean()).isTrue();
        assertThat(answer.path("reason").asText()).isEqualTo("cancelled");
        report("{\"input\":3,\"output\":5,\"final\":true}");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(hold.settled().totals().output()).isEqualTo(5);
    }

    @Test
    void asksForMoreCreditAndTellsTheAgentToStopWhereThereIsNone() {
        hold.granted(100, 50, 150);
        ask(claims(100, 60, false), BODY).awaitEnd();

        report("{\"output\":30}"); // 60 of 100
        Await.until("more was asked for", () -> hold.granted() == 150);
        JsonNode answer = json(report("{\"output\":60}")); // 120 of 150
        assertThat(answer.path("stop").asBoolean(true)).isFalse();
        Await.until(
                "told of the last credit",
                () -> json(report("{\"output\":80}")).path("reason").asText().equals("credits_exhausted"));
    }

    @Test
    void asksAnotherMachineItselfWhereTheProxyCannotReachTheFirst() {
        TicketClaims claims = Tickets.handedOff(stream, "twins", "responses", BODY);

        SseCall call = ask(claims, BODY);

        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(world.fly().replays()).containsExactly("twins/b");
        assertThat(world.second().asked()).hasSize(1);
        assertThat(world.second().asked().getFirst().headers().get("fly-replay-src"))
                .isNull();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(hold.settles()).hasSize(1);
    }

    @Test
    void asksNobodyTwiceWhereTheFirstMayHaveBegun() {
        world.fly().failsBy("timeout");
        TicketClaims claims = Tickets.handedOff(stream, "twins", "responses", BODY);

        SseCall call = ask(claims, BODY).awaitEnd();

        assertThat(call.status()).isEqualTo(502);
        assertThat(world.second().asked()).isEmpty();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.MACHINE_LOST);
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
    }

    @Test
    void opensOnce() {
        ask(claims(), BODY).awaitEnd();

        assertThat(ask(claims(), BODY).awaitEnd().status()).isEqualTo(409);
        assertThat(world.agent().asked()).hasSize(1);
    }

    @Test
    void answersItselfWhatTheProxyCannotReplay() {
        String large = "{\"model\":\"demo\",\"stream\":true,\"input\":\"" + "x".repeat(3000) + "\"}";
        direct(
                Tickets.handedOff(stream, "demo", "responses", large),
                large,
                world.fly().address());
    }

    @Test
    void answersItselfWhereTheAgentSpeaksOtherwise() {
        String body = "{\"sessionId\":\"s\",\"message\":\"say hello\"}";
        direct(
                Tickets.handedOff(stream, "demo", "token", body),
                body,
                world.fly().address());
    }

    @Test
    void answersItselfWhatAReplayHasBroughtHere() {
        direct(claims(), BODY, world.fly().address(), "fly-replay-src", "instance=x;region=fra;t=1");
    }

    @Test
    void answersItselfWhoCameAroundTheProxy() {
        direct(claims(), BODY, streams);
    }

    private void direct(TicketClaims claims, String body, URI base, String... headers) {
        SseCall call = ask(base, claims, body, headers).awaitEnd();

        assertThat(call.status()).isEqualTo(200);
        assertThat(call.raw()).contains("hello").doesNotContain(SECRET);
        assertThat(world.fly().replays()).isEmpty();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void routesServicesToRegisteredMachines() {
        HttpResponse<String> answer = route("{\"machineId\":\"a\",\"appName\":\"demo\"}");
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("fly-replay")).hasValue("instance=a;app=demo");
        assertThat(answer.body()).isEmpty();

        assertThat(route("{\"machineId\":\"z\",\"appName\":\"demo\"}").statusCode())
                .isEqualTo(404);
        assertThat(route("{\"machineId\":\"a\",\"appName\":\"elsewhere\"}").statusCode())
                .isEqualTo(404);
        assertThat(route("{\"machineId\":\"a;app=evil\",\"appName\":\"demo\"}").statusCode())
                .isEqualTo(400);
        assertThat(route("[]").statusCode()).isEqualTo(400);
        String large = "{\"machineId\":\"a\",\"appName\":\"demo\",\"x\":\"" + "x".repeat(3000) + "\"}";
        assertThat(route(large).statusCode()).isEqualTo(413);
        world.agent().well(false);
        Await.until(
                "ill", () -> route("{\"machineId\":\"a\",\"appName\":\"demo\"}").statusCode() == 503);
    }

    @Test
    void replaysARoutedRequestThroughTheProxyAsItCame() {
        HttpRequest request = HttpRequest.newBuilder(world.fly().address().resolve("/route"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token())
                .POST(BodyPublishers.ofString("{\"machineId\":\"a\",\"appName\":\"demo\",\"input\":\"x\"}"))
                .build();

        SseCall call = SseCall.send(request).awaitEnd();

        assertThat(call.raw()).contains("\"delta\":\"hello\"");
        assertThat(world.agent().asked().getFirst().path()).isEqualTo("/route");
    }

    private String token() {
        return Gateway.token(world.keys().getPrivate(), "internal");
    }

    @Test
    void routesNobodyWithoutARightOrTwice() {
        String body = "{\"machineId\":\"a\",\"appName\":\"demo\"}";
        assertThat(post(body).statusCode()).isEqualTo(401);
        assertThat(post(body, "Weir-Ticket", "nonsense").statusCode()).isEqualTo(401);
        assertThat(gateway.call("POST", "/route", body, world.keys().getPrivate(), "append")
                        .statusCode())
                .isEqualTo(401);
        String ticket = Tickets.sign(claims());
        assertThat(post(body, "Weir-Ticket", ticket, "fly-request-id", "1", "fly-replay-src", "instance=b")
                        .statusCode())
                .isEqualTo(409);
        assertThat(post(body, "Weir-Ticket", ticket, "fly-request-id", "1", "fly-replay-failed", "instance=a")
                        .statusCode())
                .isEqualTo(503);
        assertThat(hold.claimed()).isFalse();
    }

    @Test
    void opensAStreamByItsTicketForTheProxyAlone() {
        String body = "{\"machineId\":\"a\",\"appName\":\"demo\"}";
        String ticket = Tickets.sign(claims());

        HttpResponse<String> around = post(body, "Weir-Ticket", ticket);
        assertThat(around.statusCode()).isEqualTo(403);
        assertThat(around.body()).doesNotContain(SECRET);
        HttpResponse<String> other =
                post("{\"machineId\":\"c\",\"appName\":\"twins\"}", "Weir-Ticket", ticket, "fly-request-id", "1");
        assertThat(other.statusCode()).isEqualTo(403);

        HttpResponse<String> answer = post(body, "Weir-Ticket", ticket, "fly-request-id", "1");
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.fly.replay+json");
        JsonNode told = json(answer);
        assertThat(told.path("instance").asText()).isEqualTo("a");
        assertThat(told.path("app").asText()).isEqualTo("demo");
        assertThat(told.path("fallback").asText()).isEqualTo("force_self");
        assertThat(told.path("transform").path("path").asText()).isEqualTo("/v1/responses");
        assertThat(told.path("transform").path("delete_headers").toString())
                .contains("authorization", "cookie", "weir-ticket");
        assertThat(told.path("transform").path("set_headers").toString()).contains("Bearer " + SECRET);
        assertThat(hold.claimed()).isTrue();
        assertThat(post(body, "Weir-Ticket", ticket, "fly-request-id", "1").statusCode())
                .isEqualTo(409);

        post(body, "Weir-Ticket", ticket, "fly-request-id", "1", "fly-replay-failed", "instance=a;reason=no_candidate");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.MACHINE_LOST);
    }

    @Test
    void callsNoMachineForAStreamThatWasStoppedBeforeItBegan() {
        StreamId stopped = stream;
        world.metering().hold(stopped).cancelled();

        assertThat(ask(claims(), BODY).awaitEnd().status()).isEqualTo(409);

        assertThat(world.agent().asked()).isEmpty();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
    }

    private HttpResponse<String> route(String body) {
        HttpRequest request = request(body, "Authorization", "Bearer " + token());
        return send(request);
    }

    private HttpResponse<String> post(String body, String... headers) {
        return send(request(body, headers));
    }

    private HttpRequest request(String body, String... headers) {
        var request = HttpRequest.newBuilder(streams.resolve("/route"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
