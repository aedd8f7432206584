package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.stream.Totals;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Budgets of days and months: judged with the credit, under the same lock. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class BudgetsTest {
    private static final long ONE_HOLD = 6050;

    private final Metering metering = new Metering();
    private final String service = Tokens.service("hold");

    @AfterEach
    void auditIsClean() {
        Audits.assertClean(metering);
    }

    @Test
    void staysExactWhileManyReserveAtOnce() throws Exception {
        // Given: credit for all, budget for ten
        var account = metering.accountWith(1_000_000);
        hard(account, "day", 10 * ONE_HOLD);

        // When
        List<Callable<Metering.Answer>> asked = IntStream.range(0, 60)
                .<Callable<Metering.Answer>>mapToObj(
                        _ -> () -> metering.reserve(ReserveTest.with(Metering.request(account), 100)))
                .toList();
        List<Metering.Answer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = threads.invokeAll(asked).stream()
                    .map(done -> done.resultNow())
                    .toList();
        }

        // Then
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(10);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 201)
                .allSatisfy(answer -> assertThat(answer.problem()).isEqualTo("budget-exceeded"));
        assertThat(committed(account, 0)).isEqualTo(10 * ONE_HOLD);
        assertThat(metering.view(account).heldMicro()).isEqualTo(10 * ONE_HOLD);
    }

    @Test
    void countsWhatAStreamHoldsAndThenWhatItCost() {
        // Given
        var account = metering.accountWith(1_000_000);
        hard(account, "month", ONE_HOLD);
        var first = reserved(Metering.request(account));
        assertThat(metering.reserve(Metering.request(account)).status()).isEqualTo(402);

        // When
        metering.claim(first.streamId(), "g-budget", "1");
        var charge = metering.settle(first.streamId(), Metering.settlement(1, Totals.counted(100, 100)))
                .body()
                .path("chargeMicro")
                .asLong();

        // Then
        assertThat(committed(account, 0)).isEqualTo(charge).isEqualTo(250);
        var second = metering.reserve(Metering.request(account)).body();
        assertThat(second.path("grantedMicro").asLong()).isEqualTo(ONE_HOLD - 250);
        assertThat(second.path("final").asBoolean()).isTrue();

        // When: nobody claims it
        metering.release(
                io.weir.contracts.id.StreamId.parse(second.path("streamId").asText()));

        // Then
        assertThat(committed(account, 0)).isEqualTo(250);
    }

    @Test
    void endsExtensionsAtTheHardLimit() {
        // Given
        var account = metering.accountWith(1_000_000);
        hard(account, "day", ONE_HOLD + 500);
        var request = reserved(Metering.request(account));
        metering.claim(request.streamId(), "g-budget", "1");

        // When
        var more = extend(request, 2000);
        var none = extend(request, 2100);

        // Then
        assertThat(more.grantedMicro()).isEqualTo(ONE_HOLD + 500);
        assertThat(none.grantedMicro()).isEqualTo(ONE_HOLD + 500);
        assertThat(none.last()).isTrue();
        assertThat(committed(account, 0)).isEqualTo(ONE_HOLD + 500);
    }

    @Test
    void limitsAKeyApartFromItsAccount() {
        // Given
        var account = metering.accountWith(1_000_000);
        var key = UUID.fromString(metering.post("/v1/accounts/" + account + "/keys", Map.of("name", "k"), service)
                .body()
                .path("keyId")
                .asText());
        put(account, "day?key=" + key, Map.of("hardMicro", Long.toString(ONE_HOLD)));

        // When
        reserved(Metering.with(Metering.request(account), key));
        var refused = metering.reserve(Metering.with(Metering.request(account), key));
        var person = metering.reserve(Metering.request(account));

        // Then
        assertThat(refused.problem()).isEqualTo("budget-exceeded");
        assertThat(person.status()).isEqualTo(201);
        assertThat(put(account, "day?key=" + UUID.randomUUID(), Map.of("hardMicro", "1"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void noticesASoftLimitAndRefusesNothing() {
        // Given
        var account = metering.accountWith(1_000_000);
        put(account, "day", Map.of("softMicro", Long.toString(2 * ONE_HOLD), "timeZone", "Pacific/Auckland"));

        // When
        reserved(Metering.request(account));
        boolean early = budgets(account).path(0).has("softReachedAt");
        reserved(Metering.request(account));
        reserved(Metering.request(account));

        // Then
        assertThat(early).isFalse();
        assertThat(budgets(account).path(0).has("softReachedAt")).isTrue();
    }

    @Test
    void beginsAnewWithThePeriodAndLeavesOldStreamsToTheOldOne() {
        // Given: a stream of yesterday fills the budget
        var account = metering.accountWith(1_000_000);
        var old = reserved(Metering.request(account));
        metering.claim(old.streamId(), "g-budget", "1");
        hard(account, "day", ONE_HOLD);
        assertThat(metering.reserve(Metering.request(account)).status()).isEqualTo(402);
        Sql.run("UPDATE hold SET created_at = created_at - interval '1 day' WHERE stream_id = '" + old.streamId()
                + "'");
        Sql.run("UPDATE budget SET starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'"
                + " WHERE account_id = '" + account + "'");

        // When
        var today = metering.reserve(Metering.request(account));
        metering.settle(old.streamId(), Metering.settlement(1, Totals.counted(100, 100)));

        // Then
        assertThat(today.status()).isEqualTo(201);
        assertThat(committed(account, 0)).isEqualTo(ONE_HOLD);
    }

    @Test
    void takesInWhatWasSpentBeforeItWasSet() {
        // Given
        var account = metering.accountWith(1_000_000);
        reserved(Metering.request(account));

        // When
        hard(account, "month", ONE_HOLD);
        hard(account, "day", 3 * ONE_HOLD);

        // Then: the narrowest decides
        assertThat(metering.reserve(Metering.request(account)).status()).isEqualTo(402);
        metering.delete("/v1/accounts/" + account + "/budgets/month", service);
        assertThat(metering.reserve(Metering.request(account)).status()).isEqualTo(201);
        assertThat(budgets(account)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"hardMicro\":\"-1\"}",
                "{\"hardMicro\":\"1\",\"timeZone\":\"Mars/Olympus\"}",
                "{\"hardMicro\":\"1\",\"timeZone\":\"+02:00\"}",
                "{\"softMicro\":\"x\"}"
            })
    void refusesBudgetsThatMakeNoSense(String body) throws Exception {
        var answer = metering.put(
                "/v1/accounts/a/budgets/day",
                new com.fasterxml.jackson.databind.ObjectMapper().readTree(body),
                service);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(metering.put("/v1/accounts/a/budgets/week", Map.of("hardMicro", "1"), service)
                        .status())
                .isEqualTo(404);
        assertThat(metering.put("/v1/accounts/a/budgets/day", Map.of("hardMicro", "1"), Tokens.user("bill", "billing"))
                        .status())
                .isEqualTo(403);
    }

    private UpdateReply.Extension extend(ReserveRequest request, long output) {
        var update = new Update(request.streamId(), 1, Totals.counted(100, output), true);
        return metering.update("g-budget", "1", update)
                .as(UpdateReply.class)
                .streams()
                .getFirst();
    }

    private ReserveRequest reserved(ReserveRequest request) {
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        return request;
    }

    private void hard(AccountId account, String period, long micro) {
        assertThat(put(account, period, Map.of("hardMicro", Long.toString(micro)))
                        .status())
                .isEqualTo(200);
    }

    private Metering.Answer put(AccountId account, String period, Map<String, String> budget) {
        return metering.put("/v1/accounts/" + account + "/budgets/" + period, budget, service);
    }

    private JsonNode budgets(AccountId account) {
        return metering.get("/v1/accounts/" + account + "/budgets", service)
                .body()
                .path("budgets");
    }

    private long committed(AccountId account, int which) {
        return budgets(account).path(which).path("committedMicro").asLong();
    }
}
