package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Agents that post their own streams, through the real services, and stock clients that follow them. */
class PostingTest {
    private final Stack stack = Stack.shared();
    private final String gateway = stack.gateway().toString();

    @Test
    void aBattleIsPostedOverASocketAndFollowedByTheStockClient() {
        // Given a viewer, and a CLI without a credit
        User cli = stack.newUser("cli", "0");
        User viewer = stack.newUser("viewer", "0");
        String topic = "battle-cli-stream-" + Stack.fresh("battle") + "-left";
        String text = IntStream.range(0, 60).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
        try (var follower = NodeClients.follow(
                stack.edge().toString(), stack.realtimeKey(), viewer.token(), topic, "2.0.0", "public")) {
            follower.awaitStatus("SUBSCRIBED");
            // When
            JsonNode posted = NodeClients.result("post-socket.mjs", gateway, cli.token(), topic, text);
            // Then
            assertThat(posted.path("reason").asText()).isEqualTo("completed");
            follower.awaitEvent("end");
            assertThat(follower.events("token").stream()
                            .map(t -> t.path("delta").asText())
                            .collect(Collectors.joining()))
                    .isEqualTo(text);
            assertThat(follower.events("end")
                            .getFirst()
                            .at("/usage/outputTokens")
                            .asLong())
                    .isPositive();
            JsonNode receipt = cli.settledReceipt(posted.path("streamId").asText());
            assertThat(receipt.path("endReason").asText()).isEqualTo("completed");
            assertThat(receipt.path("chargeMicro").asText()).isEqualTo("0");
            assertThat(receipt.at("/tokens/output").asLong()).isPositive();
            // And the slot is over, for its owner and for everybody
            assertThat(open(cli, "{\"topic\":\"" + topic + "\",\"byok\":true}").statusCode())
                    .isEqualTo(409);
            assertThat(open(viewer, "{\"topic\":\"" + topic + "\",\"byok\":true}")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void aSessionIsPostedInPiecesPaidByItsAccountAndStoppedFromTheEdge() {
        // Given
        User poor = stack.newUser("poor", "0");
        User owner = stack.newUser("poster", "10");
        String body = "{\"topic\":\"session:" + Stack.fresh("posted") + "\",\"question\":\"What next?\"}";
        // When
        assertThat(open(poor, body).statusCode()).isEqualTo(402);
        String stream = Json.parse(open(owner, body).body()).path("streamId").asText();
        HttpResponse<String> first = post(owner, stream, 1, "{\"token\":\"One \"}\n{\"token\":\"two \"}\n");
        HttpResponse<String> second = post(owner, stream, 2, "{\"token\":\"two \"}\n{\"token\":\"three\"}\n");
        // Then
        assertThat(Json.parse(first.body()).path("head").asLong()).isEqualTo(2);
        assertThat(Json.parse(second.body()).path("head").asLong()).isEqualTo(3);
        assertThat(post(poor, stream, 4, "{\"done\":true}\n").statusCode()).isEqualTo(404);
        // When
        assertThat(owner.stop(stream)).isEqualTo(202);
        // Then
        JsonNode receipt = owner.settledReceipt(stream);
        assertThat(receipt.path("endReason").asText()).isEqualTo("cancelled");
        assertThat(receipt.path("chargeMicro").asLong()).isPositive();
        assertThat(post(owner, stream, 4, "{\"done\":true}\n").statusCode()).isEqualTo(409);
        assertThat(owner.get("/api/streams/" + stream + "?after=0&dialect=token")
                        .body())
                .contains("three");
    }

    /** The one block of this language on the page, with the addresses and names of this test. */
    private String example(String language, String topic) throws IOException {
        String page = Files.readString(Path.of("../docs/posting.md"));
        String block = page.split("```" + language + "\n", -1)[1].split("```", 2)[0];
        return block.replace("http://localhost:8081", gateway).replaceAll("battle-cli-stream-7-[a-z]+", topic);
    }

    @Test
    void thePagesShellExamplePostsAStream() throws IOException {
        assumeThat(Stream.of("/usr/bin/curl", "/usr/local/bin/curl", "/bin/curl"))
                .as("curl is installed")
                .anyMatch(curl -> Files.isExecutable(Path.of(curl)));
        User cli = stack.newUser("shell", "0");
        String script = example("sh", "battle-cli-stream-" + Stack.fresh("battle") + "-left")
                .replaceFirst("token=\\$\\(.*\\)", "token=" + cli.token());
        String printed = NodeClients.shown("sh", "posting.sh", script, Map.of());
        // The answer to the upload, and then how far the stream is.
        assertThat(printed).contains("\"state\":\"ended\"", "\"reason\":\"completed\"", "\"head\":5");
    }

    @Test
    void thePagesNodeExamplePostsAStream() throws IOException {
        User cli = stack.newUser("node", "0");
        String program = example("js", "battle-cli-stream-" + Stack.fresh("battle") + "-right");
        String printed = NodeClients.shown("node", "posting.mjs", program, Map.of("TOKEN", cli.token()));
        assertThat(printed.strip()).isEqualTo("completed");
    }

    @Test
    void aKeyOfTheAccountPostsAndDoesNothingElseUntilItIsRevoked() {
        // Given
        User owner = stack.newUser("keyholder", "10");
        String body = "{\"topic\":\"session:" + Stack.fresh("posted") + "\"}";
        JsonNode key = Json.parse(owner.post("/api/me/keys", "{\"name\":\"ci\",\"scopes\":[\"post\"]}")
                .body());
        User machine = new User(stack.edge(), owner.name(), key.path("key").asText());
        // When
        String stream = Json.parse(open(machine, body).body()).path("streamId").asText();
        HttpResponse<String> posted = post(machine, stream, 1, "{\"token\":\"All of it.\"}\n{\"done\":true}\n");
        // Then
        assertThat(Json.parse(posted.body()).path("reason").asText()).isEqualTo("completed");
        assertThat(owner.settledReceipt(stream).path("chargeMicro").asLong()).isPositive();
        Awaitility.await("the key's records, which follow the ledger by about a second")
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> owner.get("/api/me/usage/records?key="
                                        + key.path("keyId").asText())
                                .body(),
                        records -> records.contains(stream));
        assertThat(machine.get("/api/me/balance").statusCode()).isEqualTo(403);
        // When
        assertThat(User.send(owner.request("/api/me/keys/" + key.path("keyId").asText())
                                .DELETE()
                                .build())
                        .statusCode())
                .isEqualTo(204);
        // Then
        assertThat(open(machine, body).statusCode()).isIn(401, 403);
    }

    private HttpResponse<String> open(User user, String body) {
        return User.send(request(user, "/v1/streams", "application/json", body));
    }

    private HttpResponse<String> post(User user, String stream, int from, String lines) {
        return User.send(
                request(user, "/v1/streams/" + stream + "/events?from=" + from, "application/x-ndjson", lines));
    }

    private HttpRequest request(User user, String path, String type, String body) {
        return HttpRequest.newBuilder(stack.gateway().resolve(path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
