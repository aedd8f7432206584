package io.weir.local.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoAgentTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final DemoAgent agent = new DemoAgent("secret", true, InstantSource.system());
    private String address = "";

    @BeforeEach
    void start() {
        address = "http://127.0.0.1:" + agent.start(0);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void streamsTheEventsOfOpenClawInOrder() throws Exception {
        HttpResponse<String> response = ask("Hi there [[tokens=12 rate=2000]]");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(response.headers().firstValue("X-Accel-Buffering")).isEmpty();
        assertThat(response.body())
                .doesNotContain("\nid:", "sequence_number", "logprobs")
                .endsWith("data: [DONE]\n\n");
        List<JsonNode> events = events(response.body());
        assertThat(types(events).subList(0, 4))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added");
        assertThat(types(events).subList(4, 16)).containsOnly("response.output_text.delta");
        assertThat(types(events).subList(16, 20))
                .containsExactly(
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        JsonNode first = events.getFirst().at("/response/usage");
        assertThat(first.path("total_tokens").asInt(-1)).isZero();
        JsonNode last = events.getLast().path("response");
        assertThat(last.at("/usage/output_tokens").asInt()).isEqualTo(12);
        assertThat(last.at("/output/0/content/0/text").asText()).isEqualTo(textOf(events));
    }

    @ParameterizedTest
    @CsvSource({"usage=2x,20", "usage=none,0", "usage=1x,10"})
    void reportsTheUsageAskedFor(String directive, int outputTokens) throws Exception {
        List<JsonNode> events =
                events(ask("Hi [[tokens=10 rate=2000 " + directive + "]]").body());

        assertThat(events.getLast().at("/response/usage/output_tokens").asInt(-1))
                .isEqualTo(outputTokens);
    }

    @Test
    void endsAtTheTokenLimitAsIncomplete() throws Exception {
        List<JsonNode> events = events(post("/v1/responses", """
                {"model":"openclaw","input":"Hi [[rate=2000]]","stream":true,"max_output_tokens":5}""").body());

        assertThat(events.getLast().path("type").asText()).isEqualTo("response.incomplete");
        assertThat(events.getLast().at("/response/incomplete_details/reason").asText())
                .isEqualTo("max_output_tokens");
        assertThat(events.getLast().at("/response/usage/output_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void goesOnBehindTheTokenLimitWhereItIgnoresIt() throws Exception {
        HttpResponse<String> response = post("/v1/responses", """
                {"model":"openclaw","stream":true,"max_output_tokens":5,"input":"Hi [[tokens=9 rate=2000 limit=ignore]]"}
                """);

        assertThat(types(events(response.body())).getLast()).isEqualTo("response.completed");
        assertThat(events(response.body())
                        .getLast()
                        .at("/response/usage/output_tokens")
                        .asInt())
                .isEqualTo(9);
    }

    @Test
    void refusesLikeAMachineThatDrainsWhereAskedTo() throws Exception {
        HttpResponse<String> response = ask("Hi [[refuse=drain]]");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"gateway_unavailable\"");
    }

    @Test
    void tellsUsageInPieces() throws Exception {
        HttpResponse<String> response = post("/v1/chat/completions", """
                {"model":"openclaw","stream":true,"stream_options":{"include_usage":true},
                 "messages":[{"role":"user","content":"Hi [[tokens=12 rate=2000 usage=split]]"}]}
                """);

        assertThat(response.body())
                .contains("\"completion_tokens\":6,", "\"completion_tokens\":12,")
                .endsWith("[DONE]\n\n");
    }

    @Test
    void failsAfterDeltasThatWereDelivered() throws Exception {
        List<JsonNode> events =
                events(ask("Hi [[tokens=10 rate=2000 fail_after=4]]").body());

        assertThat(types(events))
                .filteredOn("response.output_text.delta"::equals)
                .hasSize(4);
        assertThat(types(events).getLast()).isEqualTo("response.failed");
    }

    @Test
    void resetsTheSocketWhereItShouldDie() {
        assertThatThrownBy(() -> ask("Hi [[tokens=10 rate=2000 die_after=4]]")).isInstanceOf(IOException.class);
    }

    @Test
    void fallsSilentAndGoesOn() throws Exception {
        long began = System.nanoTime();
        List<JsonNode> events = events(
                ask("Hi [[tokens=10 rate=2000 stall_after=4 stall=300ms]]").body());

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(290));
        assertThat(types(events).getLast()).isEqualTo("response.completed");
    }

    @Test
    void keepsThePaceAskedFor() throws Exception {
        long began = System.nanoTime();
        ask("Hi [[tokens=20 rate=50]]");

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(380), Duration.ofSeconds(3));
    }

    @Test
    void speaksChatCompletions() throws Exception {
        String body = """
                {"model":"openclaw","stream":true,"stream_options":{"include_usage":true},
                 "messages":[{"role":"user","content":"Hi [[tokens=6 rate=2000]]"}]}""";
        HttpResponse<String> response = post("/v1/chat/completions", body);

        List<JsonNode> chunks = events(response.body());
        assertThat(response.body()).doesNotContain("event:").endsWith("data: [DONE]\n\n");
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText())
                .isEqualTo("stop");
        assertThat(chunks.getLast().path("choices")).isEmpty();
        assertThat(chunks.getLast().at("/usage/completion_tokens").asInt()).isEqualTo(6);
        String inResponses = textOf(events(ask("Hi [[tokens=6 rate=2000]]").body()));
        assertThat(chunks.stream()
                        .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
                        .reduce("", String::concat))
                .isEqualTo(inResponses);
        assertThat(ask("Hi [[dialect=chat tokens=1 rate=2000]]").body()).contains("chat.completion.chunk");
    }

    @Test
    void answersWithoutEventsWhenNobodyAskedForThem() throws Exception {
        HttpResponse<String> response =
                post("/v1/responses", "{\"model\":\"openclaw\",\"input\":\"Hi [[tokens=3 rate=2000]]\"}");

        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(JSON.readTree(response.body()).path("status").asText()).isEqualTo("completed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"openclaw\",\"input\":\"hi\",\"stream_options\":{}}",
                "{\"model\":\"openclaw\",\"input\":\"hi\",\"background\":true}",
                "{\"model\":\"openclaw\",\"input\":\"hi\",\"reasoning\":{\"effort\":\"minimal\"}}",
                "{\"model\":\"openclaw\",\"input\":\"hi\",\"text\":{\"verbosity\":\"low\"}}",
                "{\"model\":\"openclaw\",\"input\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "{\"model\":\"openclaw\",\"input\":[]}",
                "{\"model\":\"openclaw\",\"input\":\"hi\",\"max_output_tokens\":0}",
                "{\"model\":\"openclaw\",\"input\":\"hi\",\"metadata\":{\"n\":1}}",
                "{\"model\":\"gpt-5\",\"input\":\"hi\"}",
                "{\"input\":\"hi\"}",
                "{\"model\":\"openclaw\",\"input\":\"hi [[tokens=many]]\"}",
                "[]",
                "{"
            })
    void refusesWhatTheStrictSchemaDoesNotKnow(String body) throws Exception {
        HttpResponse<String> response = post("/v1/responses", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).at("/error/type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    void refusesAWrongToken() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v1/responses"))
                .header("Authorization", "Bearer wrong")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(JSON.readTree(response.body()))
                .isEqualTo(JSON.readTree("{\"error\":{\"message\":\"Unauthorized\",\"type\":\"unauthorized\"}}"));
    }

    @Test
    void abortsTheRunWhenTheClientGoesAway() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                request("/v1/responses", body("Hi [[tokens=500 rate=50]]")), HttpResponse.BodyHandlers.ofString());
        await(() -> !runs().isEmpty() && runs().get(0).path("deltas").asInt() > 2);

        answer.cancel(true);

        await(() -> runs().get(0).path("state").asText().equals("aborted"));
        assertThat(runs().get(0).path("closedAtMillis").asLong()).isPositive();
    }

    @Test
    void drainsByRefusingNewWorkAndFinishingTheOld() throws Exception {
        CompletableFuture<HttpResponse<String>> old = http.sendAsync(
                request("/v1/responses", body("Hi [[tokens=30 rate=60]]")), HttpResponse.BodyHandlers.ofString());
        await(() -> !runs().isEmpty());
        var draining = CompletableFuture.runAsync(() -> drain(Duration.ofSeconds(10)));
        await(() -> get("/readyz").statusCode() == 503);

        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/startupz").body()).contains("draining");
        HttpResponse<String> refused = ask("Hi");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(JSON.readTree(refused.body()).at("/error/code").asText()).isEqualTo("gateway_unavailable");
        assertThat(types(events(old.join().body())).getLast()).isEqualTo("response.completed");
        draining.join();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages,text/event-stream; charset=utf-8,event: message_stop,max_tokens",
        "/api/chat/stream,text/event-stream; charset=utf-8,data: [DONE],length",
        "/chats/c1/messages,text/event-stream; charset=utf-8,\"type\":\"done\",length"
    })
    void speaksTheDialectOfItsPath(String path, String type, String end, String cut) throws Exception {
        String body =
                "{\"model\":\"m\",\"max_tokens\":5,\"maxOutputTokens\":5,\"stream\":true,\"message\":\"Q\",\"prompt\":\"Q\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Q\"}]}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("x-api-key", "secret")
                .header("anthropic-version", "2023-06-01")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace("Q", "Hi [[tokens=20 rate=2000]]")))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(type);
        assertThat(answer.body()).contains(end).contains(cut);
        assertThat(runs().get(0).path("deltas").asInt()).isEqualTo(5);
    }

    @Test
    void speaksLinesToWhoAcceptsThem() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/api/chat/stream"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer secret")
                .header("Accept", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"Hi [[tokens=3 rate=2000 usage=2x]]\"}"))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());

        List<String> lines =
                answer.body().lines().filter(line -> !line.isBlank()).toList();
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        assertThat(lines).hasSize(4);
        assertThat(JSON.readTree(lines.getFirst()).has("token")).isTrue();
        assertThat(JSON.readTree(lines.getLast()).at("/usage/output_tokens").asInt())
                .isEqualTo(6);
    }

    private void drain(Duration longest) {
        try {
            agent.drain(longest);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited for 10 s").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private JsonNode runs() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/debug/runs"))
                .header("Authorization", "Bearer secret")
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(address + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String message) throws Exception {
        return post("/v1/responses", body(message));
    }

    private static String body(String message) {
        return JSON.createObjectNode()
                .put("model", "openclaw")
                .put("input", message)
                .put("stream", true)
                .toString();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer secret")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static List<JsonNode> events(String body) throws IOException {
        var events = new ArrayList<JsonNode>();
        for (String line : body.lines().toList()) {
            if (line.startsWith("data: {")) {
                events.add(JSON.readTree(line.substring(6)));
            }
        }
        return events;
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream().map(event -> event.path("type").asText()).toList();
    }

    private static String textOf(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("response.output_text.delta"))
                .map(event -> event.path("delta").asText())
                .reduce("", String::concat);
    }
}
