package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.fakes.AgentBodies;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeRelay;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.PostingAgent.Answer;
import io.weir.gateway.fakes.SlowUpload;
import io.weir.gateway.fakes.Surroundings;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class PostingTest extends OneStream {
    private final Random random = new Random(7);

    @SuppressWarnings("NullAway.Init")
    private PostingAgent agent;

    @BeforeEach
    void meetTheAgent() {
        agent = new PostingAgent(streams, "alice", world.keys().getPrivate());
        world.metering().reserves().clear();
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("responses", PostingAgent.SSE, AgentBodies.RESPONSES),
                Arguments.of("chat.completions", PostingAgent.SSE, AgentBodies.CHAT),
                Arguments.of("anthropic", PostingAgent.SSE, AgentBodies.ANTHROPIC),
                Arguments.of("token", PostingAgent.SSE, AgentBodies.TOKEN),
                Arguments.of("chunk", PostingAgent.SSE, AgentBodies.CHUNK),
                Arguments.of("ndjson", PostingAgent.NDJSON, AgentBodies.NDJSON),
                Arguments.of("responses", PostingAgent.NDJSON, lines(AgentBodies.RESPONSES)),
                Arguments.of("chat.completions", PostingAgent.NDJSON, lines(AgentBodies.CHAT)),
                Arguments.of("anthropic", PostingAgent.NDJSON, lines(AgentBodies.ANTHROPIC)));
    }

    /** The data of an event stream, a line each. */
    private static String lines(String events) {
        return events.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6) + "\n")
                .collect(Collectors.joining());
    }

    /** Events of a body, each with its end. */
    private static List<String> events(String type, String body) {
        if (type.equals(PostingAgent.NDJSON)) {
            return body.lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> line + "\n")
                    .toList();
        }
        return Arrays.stream(body.split("\n\n"))
                .filter(event -> event.contains("data:"))
                .map(event -> event + "\n\n")
                .toList();
    }

    @ParameterizedTest(name = "{0} as {1}")
    @MethodSource("bodies")
    void takesEveryDialectOnceHoweverItIsCutAndRepeated(String dialect, String type, String body) {
        // Given
        StreamId whole = agent.opened(topic());
        Answer atOnce = agent.post(whole, type, body, 0);
        List<String> events = events(type, body);
        // When
        StreamId pieces = agent.opened(topic());
        for (int cut = 0; cut < 4; cut++) {
            long head = agent.standing(pieces).head();
            int from = (int) Math.max(1, head + 1 - random.nextInt(3));
            byte[] rest = rest(events, from).getBytes(StandardCharsets.UTF_8);
            SlowUpload upload = agent.upload(pieces, type, from);
            int end = random.nextInt(rest.length * 2 / 3);
            int middle = random.nextInt(end + 1);
            upload.send(Arrays.copyOfRange(rest, 0, middle)).send(Arrays.copyOfRange(rest, middle, end));
            long arrived = from - 1 + whole(rest, end, type);
            Await.until("whole events taken", () -> agent.standing(pieces).head() >= arrived);
            upload.cut();
        }
        long head = agent.standing(pieces).head();
        Answer last = agent.post(pieces, type, rest(events, (int) Math.max(1, head - 1)), Math.max(1, head - 1));
        // Then
        assertThat(atOnce.status()).as(atOnce.body().toString()).isEqualTo(200);
        assertThat(last.status()).as(last.body().toString()).isEqualTo(200);
        assertThat(last.body().path("state").asText()).isEqualTo("ended");
        assertThat(last.body().path("reason").asText()).isEqualTo("completed");
        FakeRelay.Log expected = world.relay().log(whole);
        FakeRelay.Log actual = world.relay().log(pieces);
        assertThat(actual.terminal().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(expected.terminal().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(actual.text()).contains("rld").isEqualTo(expected.text());
        assertThat(actual.head()).isEqualTo(expected.head());
        assertThat(settled(pieces).totals()).isEqualTo(settled(whole).totals()).isNotEqualTo(Totals.ZERO);
        assertThat(settled(pieces).usageSource()).isEqualTo(UsageSource.AGENT);
        assertThat(settled(pieces).totals().output()).isIn(9L, 89L);
    }

    private static String rest(List<String> events, int from) {
        return String.join("", events.subList(Math.min(from - 1, events.size()), events.size()));
    }

    private static long whole(byte[] bytes, int end, String type) {
        String sent = new String(bytes, 0, end, StandardCharsets.UTF_8);
        String separator = type.equals(PostingAgent.NDJSON) ? "\n" : "\n\n";
        return sent.split(separator, -1).length - 1L;
    }

    @Test
    void reservesOnTheAccountAndTellsTheRelayWhereTheStreamBelongs() {
        // When
        Answer opened = agent.open(
                "{\"topic\":\"session:s7\",\"vocabulary\":\"session\",\"question\":\"Why?\",\"agent\":\"chat\"}");
        agent.post(opened.stream(), PostingAgent.NDJSON, "{\"token\":\"So.\"}\n{\"done\":true}\n", 0);
        // Then
        assertThat(opened.status()).isEqualTo(201);
        assertThat(opened.body().path("epoch").asLong()).isEqualTo(1);
        assertThat(world.metering().reserves()).singleElement().satisfies(asked -> {
            assertThat(asked.account().value()).isEqualTo("alice");
            assertThat(asked.byok()).isFalse();
            assertThat(asked.agent().value()).isEqualTo("chat");
        });
        assertThat(settled(opened.stream()).usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(world.relay().log(opened.stream()).header())
                .extracting(
                        StreamHeader::topic, h -> h.session().value(), StreamHeader::vocabulary, StreamHeader::question)
                .containsExactly("session:s7", "s7", "session", "Why?");
        assertThat(world.agent().asked()).isEmpty();
    }

    @Test
    void findsTheSameStreamAgainByItsKey() {
        Answer first = agent.open("{\"topic\":\"session:a\"}", "Idempotency-Key", "k-" + stream);
        Answer again = agent.open("{\"topic\":\"session:a\"}", "Idempotency-Key", "k-" + stream);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.stream()).isEqualTo(first.stream());
    }

    @Test
    void numbersByIdsWhereTheBodySaysOfNoneFromWhereItBegins() {
        // Given
        StreamId own = agent.opened(topic());
        agent.post(own, PostingAgent.SSE, "id: 1\ndata: {\"token\":\"a\"}\n\nid: 2\ndata: {\"token\":\"b\"}\n\n", 0);
        // When
        Answer next = agent.post(
                own, PostingAgent.SSE, "id: 2\ndata: {\"token\":\"b\"}\n\nid: 3\ndata: {\"token\":\"c\"}\n\n", 0);
        // Then
        assertThat(next.head()).isEqualTo(3);
        Await.until("abc in the log", () -> world.relay().log(own).text().equals("abc"));
    }

    @Test
    void refusesAGapAndSaysWhichEventIsNext() {
        // Given
        StreamId own = agent.opened(topic());
        agent.post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n", 1);
        // When
        Answer gap = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"c\"}\n", 3);
        Answer next = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"b\"}\n{\"done\":true}\n", 2);
        // Then
        assertThat(gap.status()).isEqualTo(409);
        assertThat(gap.head()).isEqualTo(1);
        assertThat(next.status()).isEqualTo(200);
        assertThat(world.relay().log(own).terminal().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(world.relay().log(own).text()).isEqualTo("ab");
    }

    @Test
    void refusesWhatIsNoEventAndGoesOnFromThere() {
        // Given
        StreamId own = agent.opened(topic());
        // When
        Answer bad = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\nnonsense\n{\"token\":\"c\"}\n", 1);
        Answer large = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"" + "x".repeat(40_000), 2);
        Answer good = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"b\"}\n{\"done\":true}\n", 2);
        // Then
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.head()).isEqualTo(1);
        assertThat(large.status()).isEqualTo(413);
        assertThat(good.status()).isEqualTo(200);
        world.relay().log(own).terminal();
        assertThat(world.relay().log(own).text()).isEqualTo("ab");
    }

    @Test
    void letsANewerUploadTakeOver() {
        // Given
        StreamId own = agent.opened(topic());
        SlowUpload older = agent.upload(own, PostingAgent.NDJSON, 1).send("{\"token\":\"a\"}\n{\"tok");
        Await.until("first event taken", () -> agent.standing(own).head() == 1);
        // When
        Answer newer = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n{\"token\":\"b\"}\n", 1);
        // Then
        Answer told = older.answer();
        assertThat(told.status()).isEqualTo(409);
        assertThat(told.body().path("detail").asText()).contains("newer");
        assertThat(newer.head()).isEqualTo(2);
        Await.until("ab in the log", () -> world.relay().log(own).text().equals("ab"));
    }

    @Test
    void givesABattlesSlotToItsFirstWriterAndEndsItWithTheStream() {
        // Given
        String battle = "battle-cli-stream-" + UUID.randomUUID() + "-left";
        var bob = new PostingAgent(streams, "bob", world.keys().getPrivate());
        StreamId own = agent.opened(battle);
        // When
        Answer another = bob.open("{\"topic\":\"" + battle + "\"}");
        Answer again = agent.open("{\"topic\":\"" + battle + "\"}");
        Answer foreign = bob.post(own, PostingAgent.NDJSON, "{\"token\":\"mine\"}\n", 1);
        agent.post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n{\"done\":true}\n", 1);
        settled(own);
        Answer late = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"b\"}\n", 3);
        Answer lateAgain = agent.open("{\"topic\":\"" + battle + "\"}");
        // Then
        assertThat(another.status()).isEqualTo(403);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.stream()).isEqualTo(own);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.body().path("detail").asText()).contains("completed");
        assertThat(lateAgain.status()).isEqualTo(409);
        assertThat(agent.standing(own).body().path("reason").asText()).isEqualTo("completed");
        assertThat(world.relay().log(own).text()).isEqualTo("a");
    }

    @Test
    void tellsAnUploadAtOnceThatItsStreamWasStopped() {
        // Given
        StreamId own = agent.opened(topic());
        SlowUpload upload = agent.upload(own, PostingAgent.NDJSON, 1).send("{\"token\":\"a\"}\n");
        Await.until("text in the log", () -> world.relay().log(own).text().equals("a"));
        // When
        assertThat(gateway.stop(own, world.keys().getPrivate(), "internal")).isEqualTo(202);
        // Then
        Answer told = upload.answer();
        assertThat(told.status()).isEqualTo(409);
        assertThat(told.body().path("reason").asText()).isEqualTo("cancelled");
        Run.Terminal terminal = world.relay().log(own).terminal();
        assertThat(terminal.reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(agent.post(own, PostingAgent.NDJSON, "{\"token\":\"b\"}\n", 2)
                        .status())
                .isEqualTo(409);
        assertThat(world.relay().log(own).text()).isEqualTo("a");
        assertThat(settled(own).totals().output()).isPositive();
    }

    @Test
    void endsAStreamWhoseProducerStaysAwayOrFallsSilent() {
        // Given
        StreamId away = agent.opened(topic());
        agent.post(away, PostingAgent.NDJSON, "{\"token\":\"a\"}\n", 1);
        StreamId silent = agent.opened(topic());
        SlowUpload upload = agent.upload(silent, PostingAgent.NDJSON, 1).send("{\"token\":\"a\"}\n");
        // Then
        assertThat(upload.answer().body().path("reason").asText()).isEqualTo("machine_lost");
        assertThat(settled(silent).reason()).isEqualTo(EndReason.MACHINE_LOST);
        assertThat(settled(away).reason()).isEqualTo(EndReason.MACHINE_LOST);
        assertThat(world.relay().log(away).text()).isEqualTo("a");
    }

    @Test
    void stopsAtTheLastAffordableTokenAndSaysSo() {
        // Given
        world.metering().purse(205);
        StreamId own = agent.opened(topic());
        String many = IntStream.range(0, 400)
                .mapToObj(i -> "{\"token\":\" word" + i + "\"}\n")
                .collect(Collectors.joining());
        // When
        Answer told = agent.post(own, PostingAgent.NDJSON, many + "{\"done\":true}\n", 1);
        // Then
        assertThat(told.status()).isEqualTo(409);
        assertThat(told.body().path("reason").asText()).isEqualTo("credits_exhausted");
        assertThat(settled(own).reason()).isEqualTo(EndReason.CREDITS_EXHAUSTED);
        assertThat(world.relay().log(own).text()).contains(" word9").doesNotContain("word399");
    }

    @Test
    void takesNoCreditForAStreamOnItsOwnersKey() {
        // Given
        world.metering().purse(0);
        // When
        Answer refused = agent.open("{\"topic\":\"session:x\"}");
        Answer opened = agent.open("{\"topic\":\"session:x\",\"byok\":true}");
        agent.post(
                opened.stream(),
                PostingAgent.NDJSON,
                "{\"token\":\"free\"}\n{\"done\":true,\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}\n",
                1);
        // Then
        assertThat(refused.status()).isEqualTo(402);
        assertThat(refused.problem()).isEqualTo("insufficient-credits");
        assertThat(opened.status()).isEqualTo(201);
        assertThat(settled(opened.stream()).reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(settled(opened.stream()).totals()).isEqualTo(Totals.counted(5, 7));
    }

    @Test
    void outlivesARelayThatGoesAway() {
        // Given
        StreamId own = agent.opened(topic());
        agent.post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n", 1);
        world.relay().down();
        // When
        Answer meanwhile = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"b\"}\n", 2);
        world.relay().up();
        Answer last = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"c\"}\n{\"done\":true}\n", 3);
        // Then
        assertThat(meanwhile.head()).isEqualTo(2);
        assertThat(last.status()).isEqualTo(200);
        world.relay().log(own).terminal();
        assertThat(world.relay().log(own).text()).isEqualTo("abc");
    }

    @Test
    void readsNoMoreThanItMayKeepForALogThatIsAway() {
        // Given
        StreamId own = agent.opened(topic());
        world.relay().down();
        int events = 100;
        String text = "x".repeat(1000);
        String body = IntStream.range(0, events)
                .mapToObj(_ -> "{\"token\":\"" + text + "\"}\n")
                .collect(Collectors.joining());
        // When
        SlowUpload upload = agent.upload(own, PostingAgent.NDJSON, 1);
        Thread.ofVirtual().start(() -> {
            // In pieces: what is read at once is taken at once.
            for (int at = 0; at < body.length(); at += 8_000) {
                upload.send(body.substring(at, Math.min(body.length(), at + 8_000)));
            }
            upload.finish();
        });
        Await.until("half of what may be ahead", () -> agent.standing(own).head() >= 50);
        // Then
        long before = agent.standing(own).head();
        world.relay().up();
        assertThat(before).isLessThan(events);
        assertThat(upload.answer().head()).isEqualTo(events);
        Await.until("all of it in the log", () -> world.relay().log(own).text().length() == events * 1000);
    }

    private SettleRequest settled(StreamId own) {
        return world.metering().hold(own).settled();
    }

    private String topic() {
        return "session:" + UUID.randomUUID();
    }
}
