package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Receiver.Told;
import io.weir.metering.events.Outbox;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CloudEvents in, each once; and out, at least once. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class EventsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";

    private final Metering metering = new Metering();
    private final Receiver receiver = Shared.receiver();
    private final String service = Tokens.service("hold");

    @Inject
    Outbox outbox;

    @AfterEach
    void auditIsClean() {
        Audits.assertClean(metering);
    }

    @Test
    void booksAnEventOnceInWhateverModeItComes() {
        // Given
        var account = metering.accountWith(1_000_000);
        String id = UUID.randomUUID().toString();

        // When
        var structured = send(STRUCTURED, event(id, account, 100));
        var batch = send(BATCH, "[" + event(id, account, 100) + "," + event(id + "-2", account, 100) + "]");
        var binary = metering.postEvent(
                data(account, 100),
                service,
                "application/json",
                "ce-specversion",
                "1.0",
                "ce-type",
                "dev.weir.usage.v1",
                "ce-source",
                "/test",
                "ce-id",
                id);
        var other = send(STRUCTURED, event(id, account, 999));

        // Then
        assertThat(outcomes(structured)).containsExactly("created");
        assertThat(outcomes(batch)).containsExactly("duplicate", "created");
        assertThat(outcomes(binary)).containsExactly("duplicate");
        assertThat(outcomes(other)).containsExactly("different");
        assertThat(1_000_000 - metering.view(account).balanceMicro()).isEqualTo(2 * 250);
        var stream = structured.body().at("/results/0/streamId").asText();
        var receipt =
                metering.get("/v1/streams/" + stream + "/receipt", service).body();
        assertThat(receipt.path("chargeMicro").asText()).isEqualTo("250");
        assertThat(receipt.path("usageSource").asText()).isEqualTo("agent");
        assertThat(batch.body().at("/results/0/streamId").asText()).isEqualTo(stream);
        assertThat(metering.view(account).openStreams()).isZero();
    }

    @Test
    void booksAnEventOnceThoughManySendItAtATime() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        String event = event(UUID.randomUUID().toString(), account, 100);

        // When
        List<Metering.Answer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Metering.Answer> call = () -> send(STRUCTURED, event);
            answers = threads.invokeAll(Collections.nCopies(30, call)).stream()
                    .map(done -> done.resultNow())
                    .toList();
        }

        // Then
        assertThat(answers)
                .filteredOn(answer -> outcomes(answer).equals(List.of("created")))
                .hasSize(1);
        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(1_000_000 - 250);
    }

    @Test
    void chargesWhatTheAccountCanPayAndWritesTheRestDown() {
        var account = metering.accountWith(100);

        var result = send(STRUCTURED, event(UUID.randomUUID().toString(), account, 100))
                .body()
                .at("/results/0");

        assertThat(result.path("chargeMicro").asText()).isEqualTo("100");
        assertThat(result.path("receivableMicro").asText()).isEqualTo("150");
        assertThat(metering.view(account).balanceMicro()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "{}",
                "{\"specversion\":\"0.3\"}",
                "{\"specversion\":\"1.0\",\"type\":\"other\",\"source\":\"s\",\"id\":\"i\"}",
                "{\"specversion\":\"1.0\",\"type\":\"dev.weir.usage.v1\",\"source\":\"s\",\"id\":\"i\",\"data\":{}}",
                "{\"specversion\":\"1.0\",\"type\":\"dev.weir.usage.v1\",\"source\":\"s\",\"data\":{\"account\":\"a\"}}"
            })
    void booksNothingOfWhatIsMalformed(String event) {
        var account = metering.accountWith(1_000);
        String good = event(UUID.randomUUID().toString(), account, 1);

        assertThat(send(STRUCTURED, event).status()).isEqualTo(400);
        assertThat(send(BATCH, "[" + good + "," + (event.isEmpty() ? "null" : event) + "]")
                        .status())
                .isEqualTo(400);
        assertThat(send("text/plain", good).status()).isEqualTo(415);
        assertThat(metering.postEvent(good, Tokens.user("alice", "user"), STRUCTURED)
                        .status())
                .isEqualTo(403);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(1_000);
    }

    @Test
    void tellsWhatWasSettledSigned() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);

        // When
        settle(account);
        var told = await(() -> told(account, "dev.weir.stream.settled.v1"), 1).getFirst();

        // Then
        assertThat(told.event().at("/data/chargeMicro").asText()).isEqualTo("70");
        assertThat(told.event().at("/data/price/outputNano").asLong()).isEqualTo(2000);
        assertThat(told.type()).startsWith(STRUCTURED);
        String seconds = told.signature().replaceAll("^t=|,.*$", "");
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Receiver.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(told.signature())
                .endsWith(",v1="
                        + HexFormat.of()
                                .formatHex(
                                        mac.doFinal((seconds + "." + told.body()).getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void tellsAgainUntilItIsTaken() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        receiver.refuse(account.value(), true);
        settle(account);
        await(() -> told(account, "dev.weir.stream.settled.v1"), 1);

        // When
        receiver.refuse(account.value(), false);
        Sql.run("UPDATE outbox SET next_at = clock_timestamp() WHERE account_id = '" + account + "'");
        var told = await(() -> told(account, "dev.weir.stream.settled.v1"), 2);

        // Then
        assertThat(told.get(1).event().path("id")).isEqualTo(told.get(0).event().path("id"));
        await(
                () -> Collections.nCopies(
                        (int) Sql.number("SELECT count(*) FROM outbox WHERE finished_at IS NOT NULL AND account_id = '"
                                + account + "'"),
                        "finished"),
                1);
    }

    @Test
    void tellsOfALowBalanceOnceAndAgainOnlyAfterAGrant() throws Exception {
        // Given
        var account = metering.accountWith(10_000);
        var own = Tokens.user(account.value(), "user");
        var set = metering.put(
                "/v1/accounts/" + account + "/notices", Map.of("lowBalanceMicro", "5000", "topUpMicro", "20000"), own);
        assertThat(set.status()).isEqualTo(200);

        // When: what is available falls below it, rises as a stream ends, and falls again
        settle(account);
        settle(account);
        var low = await(() -> told(account, "dev.weir.account.low.v1"), 1);

        // Then
        assertThat(low).hasSize(1);
        assertThat(low.getFirst().event().at("/data/availableMicro").asLong()).isLessThan(5000);
        assertThat(low.getFirst().event().at("/data/topUpMicro").asText()).isEqualTo("20000");
        assertThat(messages(account, "account.low")).isEqualTo(1);

        // When: topped up as it asked
        String key = low.getFirst().event().at("/data/topUpKey").asText();
        var admin = Tokens.user("root", "admin");
        for (int i = 0; i < 2; i++) {
            metering.post("/v1/accounts/" + account + "/grants", Map.of("amountMicro", "20000"), admin, key);
        }
        settle(account);

        // Then: armed again, and not low
        assertThat(metering.view(account).balanceMicro()).isGreaterThan(29_000).isLessThan(30_000);
        assertThat(messages(account, "account.low")).isEqualTo(1);

        // When
        for (int i = 0; i < 5; i++) {
            metering.reserve(Metering.request(account));
        }

        // Then
        await(() -> told(account, "dev.weir.account.low.v1"), 2);
        assertThat(messages(account, "account.low")).isEqualTo(2);
    }

    @Test
    void tellsOnceThatASoftBudgetIsReached() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        metering.put("/v1/accounts/" + account + "/budgets/day", Map.of("softMicro", "6000"), service);

        // When
        settle(account);
        settle(account);

        // Then
        var told = await(() -> told(account, "dev.weir.budget.reached.v1"), 1);
        assertThat(told.getFirst().event().at("/data/softMicro").asText()).isEqualTo("6000");
        assertThat(messages(account, "budget.reached")).isEqualTo(1);
    }

    @Test
    void forgetsWhatIsFinishedAndOldAndNothingElse() throws Exception {
        // Given
        var account = metering.accountWith(1_000_000);
        settle(account);
        await(() -> told(account, "dev.weir.stream.settled.v1"), 1);
        String unfinished = "SELECT count(*) FROM outbox WHERE finished_at IS NULL";
        await(() -> Collections.nCopies(Sql.number(unfinished) == 0 ? 1 : 0, "finished"), 1);
        Sql.run("UPDATE outbox SET created_at = created_at - interval '8 days'");

        // When
        outbox.purge().subscribeAsCompletionStage().get();

        // Then
        assertThat(messages(account, "stream.settled")).isZero();
    }

    @Test
    void tellsTheOthersWhereOneCannotBePutIntoWords() throws Exception {
        // Given: two of one batch, the first of which tells of a settlement that is not there
        var account = Metering.account();
        String good = "INSERT INTO outbox (type, account_id, data) VALUES ('account.low', '" + account + "', '{}')";
        Sql.run("INSERT INTO outbox (type, account_id, number, next_at) VALUES ('stream.settled', '" + account
                + "', -77, clock_timestamp() - interval '1 s'); " + good);
        try {
            // Then
            await(() -> told(account, "dev.weir.account.low.v1"), 1);
            assertThat(Sql.number("SELECT count(*) FROM outbox WHERE number = -77 AND fault LIKE '%Exception%'"
                            + " AND attempts = 1 AND finished_at IS NULL"))
                    .isEqualTo(1);
            assertThat(metering.text("/q/metrics"))
                    .containsPattern("weir_metering_messages_total\\{outcome=\"unreadable\"\\} [1-9]");

            // When its tries are used up
            Sql.run("UPDATE outbox SET attempts = 10000, next_at = clock_timestamp() WHERE number = -77");

            // Then it is given up
            await(
                    () -> Collections.nCopies(
                            (int) Sql.number("SELECT count(*) FROM outbox WHERE number = -77 AND given_up"
                                    + " AND finished_at IS NOT NULL"),
                            "given up"),
                    1);
        } finally {
            Sql.run("DELETE FROM outbox WHERE number = -77");
        }
    }

    private void settle(AccountId account) {
        var request = Metering.request(account);
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        metering.claim(request.streamId(), "g-events", "1");
        metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(100, 10)));
    }

    private static long messages(AccountId account, String type) {
        return Sql.number("SELECT count(*) FROM outbox WHERE account_id = '" + account + "' AND type = '" + type + "'");
    }

    private List<Told> told(AccountId account, String type) {
        return receiver.of(account.value()).stream()
                .filter(told -> told.what().equals(type))
                .toList();
    }

    private static <T> List<T> await(Supplier<List<T>> look, int many) throws InterruptedException {
        long giveUp = System.nanoTime() + LIMIT.toNanos();
        while (look.get().size() < many) {
            assertThat(System.nanoTime() - giveUp).as("still " + look.get()).isNegative();
            Thread.sleep(20);
        }
        return look.get();
    }

    private Metering.Answer send(String type, String body) {
        return metering.postEvent(body, service, type);
    }

    private static List<String> outcomes(Metering.Answer answer) {
        List<String> outcomes = new ArrayList<>();
        for (JsonNode result : answer.body().path("results")) {
            outcomes.add(result.path("outcome").asText());
        }
        return outcomes;
    }

    private static String event(String id, AccountId account, long output) {
        return "{\"specversion\":\"1.0\",\"type\":\"dev.weir.usage.v1\",\"source\":\"/test\",\"id\":\"" + id
                + "\",\"data\":" + data(account, output) + "}";
    }

    private static String data(AccountId account, long output) {
        return "{\"account\":\"" + account + "\",\"agent\":\"demo\",\"tokens\":" + "{\"input\":100,\"cached\":0,"
                + "\"cacheWrite\":0,\"output\":" + output + ",\"reasoning\":0}}";
    }
}
