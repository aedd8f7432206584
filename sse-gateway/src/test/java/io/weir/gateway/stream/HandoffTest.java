package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.LogLines;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Callers that an edge has sent here: with the ticket in the URL, their own body, and their own dialect. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class HandoffTest extends OneStream {
    private static final String MESSAGE = "{\"sessionId\":\"s\",\"message\":\"say hello\"}";
    private static final String APP = "https://app.example";

    private SseCall call(TicketClaims claims, String body, String... headers) {
        return call(Tickets.sign(claims), body, headers);
    }

    private SseCall call(String ticket, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(streams + "?ticket=" + ticket))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return SseCall.send(request.build());
    }

    private SseCall token() {
        return call(Tickets.handedOff(stream, "demo", "token", MESSAGE), MESSAGE);
    }

    @Test
    void answersInTheTokenDialectWithTheHeadersOfAnEdge() {
        SseCall call = token().awaitEnd();

        assertThat(call.raw())
                .startsWith(": connected\n\n")
                .contains("data: {\"token\":\"hello\"}\n")
                .endsWith("data: [DONE]\n\n")
                .doesNotContain("weir.usage");
        assertThat(call.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(call.header("Cache-Control")).isEqualTo("no-cache, no-store, no-transform");
        assertThat(call.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(call.header("Weir-Stream-Id")).isEqualTo(stream.toString());
        assertThat(world.agent().asked().getFirst().body().path("input").findValuesAsText("text"))
                .isEmpty();
        assertThat(world.agent().asked().getFirst().body().toString()).contains("say hello");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void answersInTheChunkDialect() {
        String body = "{\"prompt\":\"say hello\"}";

        SseCall call =
                call(Tickets.handedOff(stream, "demo", "chunk", body), body).awaitEnd();

        assertThat(call.raw())
                .contains("{\"type\":\"chunk\",\"text\":\"hello\"}")
                .contains("{\"type\":\"done\"}");
        assertThat(world.agent().asked().getFirst().body().toString()).contains("say hello");
    }

    @Test
    void answersInChatCompletionsWithTheUsageChunkForWhoAskedForIt() {
        String body = "{\"model\":\"demo\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"say hello\"}]}";

        SseCall call = call(Tickets.handedOff(stream, "demo", "chat_completions", body), body)
                .awaitEnd();

        assertThat(call.raw())
                .contains("\"chat.completion.chunk\"")
                .contains("\"content\":\"hello\"")
                .contains("\"choices\":[],\"usage\":{\"prompt_tokens\":1")
                .endsWith("data: [DONE]\n\n");
        assertThat(world.agent().asked().getFirst().body().toString())
                .contains("\"type\":\"message\"")
                .contains("say hello");
    }

    @Test
    void answersInResponsesEventsAndInLinesOfJson() {
        String body = "{\"model\":\"demo\",\"stream\":true,\"input\":\"say hello\"}";
        SseCall events = call(Tickets.handedOff(stream, "demo", "responses", body), body);
        assertThat(events.text()).isIn("", "hello");
        assertThat(events.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(events.text()).isEqualTo("hello");

        StreamId second = Tickets.stream();
        world.metering().hold(second);
        SseCall lines = call(
                        Tickets.handedOff(second, "demo", "token", MESSAGE), MESSAGE, "Accept", "application/x-ndjson")
                .awaitEnd();
        assertThat(lines.header("Content-Type")).startsWith("application/x-ndjson");
        assertThat(lines.raw()).contains("\"token\":\"hello\"").doesNotContain("data:");
    }

    @Test
    void tellsWhatItCostsToWhoAskedForIt() {
        SseCall call = call(Tickets.handedOff(stream, "demo", "token", MESSAGE), MESSAGE, "Weir-Usage", "true")
                .awaitEnd();

        assertThat(call.raw()).contains("event: weir.usage");
    }

    @Test
    void answersAProblemWhereTheAgentRefusesBeforeItSaysAnything() {
        world.agent().script(talk -> talk.refuse(400, "{}"));
        String body = "{\"model\":\"demo\",\"stream\":true,\"input\":\"x\"}";

        SseCall call = call(Tickets.handedOff(stream, "demo", "responses", body), body, "Origin", APP)
                .awaitEnd();

        assertThat(call.status()).isEqualTo(502);
        assertThat(call.raw()).contains("\"code\":\"agent_refused\"").contains("\"type\":\"server_error\"");
        assertThat(call.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(hold.settled().reason()).isEqualTo(EndReason.AGENT_ERROR);
    }

    @Test
    void takesTheStatusAfterAWhileThoughTheAgentIsSilent() {
        world.agent().script(talk -> talk.scaffold()
                .later(1000, later -> later.say("hi").completed(1, 1)));
        String body = "{\"model\":\"demo\",\"stream\":true,\"input\":\"x\"}";

        SseCall call = call(Tickets.handedOff(stream, "demo", "responses", body), body);

        assertThat(call.status()).isEqualTo(200);
        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(call.text()).isEqualTo("hi");
    }

    @Test
    void opensOnceAndIsReadAgainInTheSameDialect() {
        String ticket = Tickets.sign(Tickets.handedOff(stream, "demo", "token", MESSAGE));
        call(ticket, MESSAGE).awaitEnd();
        world.relay().log(stream).terminal();

        SseCall again = call(ticket, MESSAGE).awaitEnd();

        assertThat(again.raw()).contains("data: {\"token\":\"hello\"}").endsWith("data: [DONE]\n\n");
        assertThat(world.agent().asked()).hasSize(1);
        assertThat(hold.settles()).hasSize(1);
    }

    @Test
    void refusesASecondUseWhereNothingIsLeftToRead() {
        String ticket = Tickets.sign(Tickets.handedOff(stream, "demo", "token", MESSAGE));
        call(ticket, MESSAGE).awaitEnd();
        Await.until("stream forgotten", () -> !open.has(stream));
        world.relay().loseLogs();

        SseCall again = call(ticket, MESSAGE).awaitEnd();

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.raw()).contains("\"error\":\"Conflict\"");
        assertThat(world.agent().asked()).hasSize(1);
    }

    @Test
    void refusesATicketThatHasExpiredOrWasMadeForAnotherBody() {
        TicketClaims claims = Tickets.handedOff(stream, "demo", "token", MESSAGE);

        SseCall late = call(Tickets.sign(claims, "k1", Tickets.KEY, "sse-gateway", -30), MESSAGE, "Origin", APP)
                .awaitEnd();
        SseCall other = call(claims, "{\"message\":\"something else\"}").awaitEnd();

        assertThat(late.status()).isEqualTo(401);
        assertThat(late.raw()).contains("expired");
        assertThat(late.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(other.status()).isEqualTo(401);
        assertThat(hold.claimed()).isFalse();
    }

    @Test
    void givesTheHoldBackWhereItCannotBegin() {
        SseCall call = call(Tickets.handedOff(stream, "nobody", "token", MESSAGE), MESSAGE)
                .awaitEnd();

        assertThat(call.status()).isEqualTo(503);
        assertThat(call.raw()).contains("\"error\":\"No healthy agent machine available\"");
        hold.awaitReleased();
    }

    @Test
    void goesOnWhenItsReaderLeaves() {
        world.agent().script(talk -> talk.scaffold().say("one").later(500, later -> later.say(" two")
                .completed(1, 2)));
        SseCall call = token();
        Await.until("first word", () -> call.raw().contains("one"));

        call.close();

        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(world.relay().log(stream).text()).isEqualTo("one two");
    }

    @Test
    void endsForItsReaderWhenItIsStopped() {
        world.agent().script(talk -> talk.scaffold().say("one"));
        SseCall call = token();
        Await.until("first word", () -> call.raw().contains("one"));

        assertThat(gateway.stop(stream, world.keys().getPrivate(), "internal")).isEqualTo(202);

        assertThat(call.awaitEnd().raw()).endsWith("data: [DONE]\n\n");
        world.agent().awaitHangUp();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
    }

    @Test
    void keepsTicketsOutOfTheLogs() {
        String ticket = Tickets.sign(Tickets.handedOff(stream, "demo", "token", MESSAGE));
        var log = new LogLines();
        try {
            call(ticket, MESSAGE).awaitEnd();
            call(ticket + "x", MESSAGE).awaitEnd();
            Await.until(
                    "both requests logged",
                    () -> log.lines().stream()
                                    .filter(line -> line.contains("access-log") || line.contains("/v1/streams"))
                                    .count()
                            >= 2);
        } finally {
            log.close();
        }

        assertThat(log.lines()).noneMatch(line -> line.contains("ticket=") || line.contains(ticket.substring(0, 40)));
    }

    @Test
    void tellsBrowsersWhichPagesMayRead() {
        SseCall asked = preflight(APP);
        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(asked.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(asked.header("Access-Control-Allow-Headers"))
                .contains("content-type")
                .contains("weir-usage");
        assertThat(preflight("null").status()).isEqualTo(204);
        assertThat(preflight("https://evil.example").status()).isEqualTo(403);

        TicketClaims claims = Tickets.handedOff(stream, "demo", "token", MESSAGE);
        SseCall call = call(claims, MESSAGE, "Origin", APP).awaitEnd();
        assertThat(call.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(call.header("Access-Control-Expose-Headers")).contains("Weir-Stream-Id");
    }

    private SseCall preflight(String origin) {
        return SseCall.send(HttpRequest.newBuilder(URI.create(streams + "?ticket=x"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,weir-usage")
                .build());
    }
}
