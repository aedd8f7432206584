package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A real OpenClaw in the fleet of the demo agents, before a model that is ours. It belongs to the account that asks, so that
 * the demo agents answer only where it does not. It takes long to start, so the tests come in an order in which each finds it
 * as the one before has left it.
 */
@TestMethodOrder(OrderAnnotation.class)
class OpenClawTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path FOLDER = Path.of("target", "openclaw").toAbsolutePath();
    private static final String AGENT = "demo";
    /** May be asked twice, says its configuration. */
    private static final String REPEATABLE = "repeatable";

    private static Stack stack;
    private static User user;
    private static ModelProvider model;
    private static OpenClaw claw;
    private static RegisteredMachine machine;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Optional<String> obstacle = OpenClawPackage.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "no OpenClaw here: " + obstacle.orElse(""));
        stack = Stack.shared();
        user = stack.newUser("claw", "100");
        model = new ModelProvider();
        claw = startClaw("openclaw-1");
        machine = stack.register("openclaw-1", spec("responses")).awaitProbed();
    }

    @AfterAll
    static void stop() {
        if (machine != null) {
            machine.close();
        }
        if (claw != null) {
            claw.close();
        }
        if (model != null) {
            model.close();
        }
    }

    private static OpenClaw startClaw(String name) throws IOException {
        return OpenClaw.start(FOLDER.resolve(name), model.url());
    }

    private static Map<String, ?> spec(String dialect) {
        return Map.of(
                "address",
                claw.url().toString(),
                "secret",
                "env:openclaw",
                "labels",
                Map.of("account", user.name()),
                "dialect",
                dialect);
    }

    @Test
    @Order(1)
    void streamsItsAnswerToWhateverSdkAsksAndReportsItsUsage() {
        // Items without a type, and members that its strict schema refuses
        Map<String, ?> request = Map.of(
                "model",
                AGENT,
                "input",
                List.of(Map.of("role", "user", "content", "Tell me.")),
                "stream",
                true,
                "parallel_tool_calls",
                true,
                "prompt_cache_key",
                "mine",
                "reasoning",
                Map.of("effort", "minimal"),
                "service_tier",
                "auto");
        try (LiveStream live = user.respond(request).awaitEnd(PATIENCE)) {
            assertThat(Dialects.responses(live.frames())).isEqualTo(ModelProvider.answer());
            assertThat(last(live).path("type").asText()).isEqualTo("response.completed");
            assertThat(last(live).at("/response/output/0/content/0/text").asText())
                    .isEqualTo(ModelProvider.answer());
            assertReported(user.settledReceipt(live.streamId()));
            try (LiveStream again = user.resume(live.streamId(), 0).awaitEnd()) {
                assertThat(Dialects.responses(again.frames())).isEqualTo(ModelProvider.answer());
            }
        }
    }

    @Test
    @Order(2)
    void remembersAConversationAndNoneOfAnotherOne() {
        String conversation = Stack.fresh("conversation");

        askIn(conversation, AGENT, "The first one.").awaitEnd(PATIENCE).close();
        askIn(conversation, AGENT, "The second one.").awaitEnd(PATIENCE).close();
        ask(AGENT, "The third one.").awaitEnd(PATIENCE).close();

        assertThat(prompt("The second one.")).contains("The first one.", ModelProvider.answer());
        assertThat(prompt("The third one.")).doesNotContain("The first one.");
    }

    /** What the model got to read with that question. */
    private static String prompt(String question) {
        return model.requests().stream()
                .map(request -> request.path("messages").toString())
                .filter(messages -> messages.contains(question))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(3)
    void streamsThroughItsChatCompletionsToo() {
        machine.register(spec("chat_completions"));
        try (LiveStream live = ask(AGENT, "Tell me otherwise.").awaitEnd(PATIENCE)) {
            assertThat(Dialects.responses(live.frames())).isEqualTo(ModelProvider.answer());
            assertThat(last(live).path("type").asText()).isEqualTo("response.completed");
            assertReported(user.settledReceipt(live.streamId()));
        } finally {
            machine.register(spec("responses"));
        }
    }

    @Test
    @Order(4)
    void aStopReachesTheModelBehindIt() {
        int cut = model.cut();
        try (LiveStream live = ask(AGENT, "Stop me. (pause after 30)")) {
            awaitWords(live, 30);

            assertThat(user.stop(live.streamId())).isEqualTo(202);

            live.awaitEnd(PATIENCE);
            assertThat(reason(live)).isEqualTo("cancelled");
            assertThat(Dialects.responses(live.frames())).isEqualTo(ModelProvider.words(30));
            Awaitility.await("the model is left alone").atMost(PATIENCE).until(() -> model.cut() > cut);
            assertCounted(user.settledReceipt(live.streamId()), "cancelled");
        }
    }

    @Test
    @Order(5)
    void killedItLosesTheAnswerThatHasBegunAndOneThatMayBeRepeatedGoesElsewhere() {
        String question = "Say it twice if you must. (pause after 0) [[tokens=20]]";
        try (LiveStream begun = ask(AGENT, "Die on me. (pause after 30)")) {
            awaitWords(begun, 30);
            int before = model.requests().size();
            try (LiveStream silent = ask(REPEATABLE, question)) {
                Awaitility.await("the model works on it")
                        .atMost(PATIENCE)
                        .until(() -> model.requests().size() > before);
                assertThat(Dialects.responses(silent.frames())).isEmpty();

                claw.kill();

                begun.awaitEnd(PATIENCE);
                assertThat(reason(begun)).isEqualTo("machine_lost");
                assertThat(Dialects.responses(begun.frames())).isEqualTo(ModelProvider.words(30));
                silent.awaitEnd(PATIENCE);
                assertThat(Dialects.responses(silent.frames())).isEqualTo(stack.agentsAnswerTo(question));
                assertThat(user.settledReceipt(silent.streamId())
                                .path("endReason")
                                .asText())
                        .isEqualTo("completed");
                assertCounted(user.settledReceipt(begun.streamId()), "machine_lost");
            }
        }
    }

    @Test
    @Order(6)
    void whereItRefusesTheConnectionADemoAgentAnswers() {
        assertDemoAnswers("Is nobody at home? [[tokens=20]]");

        assertThat(machine.lastError()).isEqualTo("no connection");
        assertThat(machine.isHealthy()).isFalse();
        machine.close();
        claw.close();
    }

    @Test
    @Order(7)
    void drainingItFinishesItsAnswerAndADemoAgentTakesTheNextQuestion() throws IOException {
        claw = startClaw("openclaw-2");
        machine = stack.register("openclaw-2", spec("responses")).awaitProbed();
        try (LiveStream live = ask(AGENT, "Finish first. (pause after 30)")) {
            awaitWords(live, 30);

            claw.drain();

            Awaitility.await("it drains").atMost(PATIENCE).until(() -> claw.startupStatus() == 503);
            assertDemoAnswers("Somebody else then. [[tokens=20]]");
            assertThat(machine.lastError()).contains("draining");
            assertThat(machine.isHealthy()).isFalse();
            model.goOn();
            live.awaitEnd(PATIENCE);
            assertThat(Dialects.responses(live.frames())).isEqualTo(ModelProvider.answer());
            assertReported(user.settledReceipt(live.streamId()));
            claw.awaitExit();
        }
    }

    private static void assertDemoAnswers(String question) {
        int before = model.requests().size();
        try (LiveStream live = ask(AGENT, question).awaitEnd(PATIENCE)) {
            assertThat(Dialects.responses(live.frames())).isEqualTo(stack.agentsAnswerTo(question));
            assertThat(model.requests()).hasSize(before);
        }
    }

    private static void assertReported(JsonNode receipt) {
        assertThat(receipt.path("endReason").asText()).isEqualTo("completed");
        assertThat(receipt.path("usageSource").asText()).isEqualTo("agent");
        assertThat(receipt.at("/tokens/input").asLong()).isEqualTo(ModelProvider.PROMPT_TOKENS);
        assertThat(receipt.at("/tokens/output").asLong()).isEqualTo(ModelProvider.WORDS);
    }

    private static void assertCounted(JsonNode receipt, String reason) {
        assertThat(receipt.path("endReason").asText()).isEqualTo(reason);
        assertThat(receipt.path("usageSource").asText()).isEqualTo("counted");
        assertThat(receipt.at("/tokens/output").asLong()).isBetween(30L, 100L);
        assertThat(receipt.path("chargeMicro").asLong()).isPositive();
    }

    private static void awaitWords(LiveStream live, int count) {
        Awaitility.await("it has said " + count + " words")
                .atMost(PATIENCE)
                .until(() -> live.ended() || Dialects.responses(live.frames()).equals(ModelProvider.words(count)));
        assertThat(live.ended()).as(live.frames().toString()).isFalse();
    }

    /** In a conversation of its own. */
    private static LiveStream ask(String agent, String question) {
        return askIn(Stack.fresh("conversation"), agent, question);
    }

    private static LiveStream askIn(String conversation, String agent, String question) {
        LiveStream live =
                user.respond(Map.of("model", agent, "input", question, "stream", true, "conversation", conversation));
        assertThat(live.status()).as(agent).isEqualTo(200);
        return live;
    }

    private static JsonNode last(LiveStream live) {
        return live.frames().stream()
                .filter(frame -> !frame.data().equals("[DONE]"))
                .reduce((_, later) -> later)
                .orElseThrow()
                .json();
    }

    private static String reason(LiveStream live) {
        JsonNode response = last(live).path("response");
        return response.at("/incomplete_details/reason")
                .asText(response.at("/error/code").asText());
    }
}
