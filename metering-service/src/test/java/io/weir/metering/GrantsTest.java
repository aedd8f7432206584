package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.AccountView;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import io.weir.metering.grants.GrantClock;
import io.weir.metering.grants.GrantView;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of given credit: burned in order, expired, rolled over, voided; held credit stays with its stream. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class GrantsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long HOLD = 6050;

    private final Metering metering = new Metering();
    private final String admin = Tokens.user("root", "admin");

    @Inject
    GrantClock clock;

    @Test
    void burnsByPriorityThenExpiryThenFreeBeforePaidThenAge() {
        // Given, in the opposite of their order
        var account = Metering.account();
        var end = Instant.now().plus(HOUR);
        var last = give(account, 1000, "promotional", 200, end.plus(HOUR), 0);
        var younger = give(account, 1000, "purchased", 100, null, 0);
        var later = give(account, 1000, "promotional", 100, end.plus(HOUR), 0);
        var paid = give(account, 1000, "purchased", 100, end, 0);
        var free = give(account, 1000, "promotional", 100, end, 0);
        var first = give(account, 1000, "purchased", 1, null, 0);

        // When: 100 × 500 + 1725 × 2000 nano
        charge(account, 1725);

        // Then
        assertThat(spent(account))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(first, 1000L, free, 1000L, paid, 1000L, later, 500L, younger, 0L, last, 0L));
        assertThat(metering.grants(account))
                .filteredOn(g -> g.grantId().equals(first))
                .extracting(GrantView::state)
                .containsExactly("spent");
        Audits.assertClean(metering);
    }

    @Test
    void letsTheUnusedRestLapseAtItsTimeWhoeverAsks() {
        // Given
        var account = metering.accountWith(500);
        var grant = give(account, 1000, "promotional", 100, Instant.now().plus(HOUR), 0);
        charge(account, 100);

        // When
        Sql.pass(account, HOUR);

        // Then: no job has run
        assertThat(metering.view(account).balanceMicro()).isEqualTo(500);
        var lapsed = find(account, grant);
        assertThat(lapsed.state()).isEqualTo("expired");
        assertThat(lapsed.spentMicro()).isEqualTo(250);
        assertThat(lapsed.lapsedMicro()).isEqualTo(750);
        assertThat(lapsed.endedAt()).isEqualTo(lapsed.expiresAt());
        assertThat(Sql.number(
                        "SELECT amount FROM entry WHERE leg = 'breakage' AND account = 'breakage' AND grant_id = '"
                                + grant + "'"))
                .isEqualTo(750);
        Audits.assertClean(metering);
    }

    @Test
    void tendsTheAccountsThatNobodyUses() {
        // Given
        var account = Metering.account();
        give(account, 1000, "promotional", 100, Instant.now().plus(HOUR), 0);
        Sql.pass(account, HOUR);

        // When
        while (clock.round().await().atMost(Duration.ofSeconds(10)) > 0) {}

        // Then
        assertThat(Sql.number("SELECT balance FROM account WHERE id = '" + account + "'"))
                .isZero();
        assertThat(Sql.number("SELECT count(*) FROM account WHERE next_event_at < clock_timestamp()"))
                .isZero();
        Audits.assertClean(metering);
    }

    @Test
    void keepsWhatIsHeldForItsStreamAlone() {
        // Given: a stream holds 6050 of the expiring grant
        var account = metering.accountWith(10_000);
        var grant = give(account, 8_000, "promotional", 100, Instant.now().plus(HOUR), 0);
        var stream = open(account);

        // When
        Sql.pass(account, HOUR);
        var after = metering.view(account);
        var later = metering.reserve(Metering.request(account)).as(ReserveReply.class);

        // Then: a stream reserved later gets nothing of it
        assertThat(after).isEqualTo(new AccountView(account, 10_000 + HOLD, HOLD, 10_000, 1));
        assertThat(later.availableMicro()).isEqualTo(10_000 - HOLD);
        assertThat(find(account, grant).remainingMicro()).isEqualTo(HOLD);

        // And what the first leaves over lapses with its end
        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 1000)));
        var left = find(account, grant);
        assertThat(left.spentMicro()).isEqualTo(2050);
        assertThat(left.lapsedMicro()).isEqualTo(8_000 - 2050);
        assertThat(left.remainingMicro()).isZero();
        assertThat(metering.view(account).balanceMicro()).isEqualTo(10_000);
        assertThat(metering.receipt(stream).as(Receipt.class).entries())
                .extracting(Receipt.Entry::leg)
                .containsExactly("charge", "revenue");
        Audits.assertClean(metering);
    }

    @Test
    void letsPinnedCreditLapseWhenItsStreamNeverBegan() {
        var account = Metering.account();
        var grant = give(account, 8_000, "promotional", 100, Instant.now().plus(HOUR), 0);
        var stream = metering.reserve(Metering.request(account))
                .as(ReserveReply.class)
                .streamId();
        Sql.pass(account, HOUR);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(HOLD);

        assertThat(metering.release(stream).status()).isEqualTo(204);

        assertThat(metering.view(account)).isEqualTo(new AccountView(account, 0, 0, 0, 0));
        assertThat(find(account, grant).lapsedMicro()).isEqualTo(8_000);
        Audits.assertClean(metering);
    }

    @Test
    void chargesBeyondPinnedCreditToWhatIsLeft() {
        var account = metering.accountWith(10_000);
        var grant = give(account, HOLD, "promotional", 100, Instant.now().plus(HOUR), 0);
        var stream = open(account);
        Sql.pass(account, HOUR);

        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 4000)));

        assertThat(find(account, grant).spentMicro()).isEqualTo(HOLD);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(10_000 - (8050 - HOLD));
        Audits.assertClean(metering);
    }

    @Test
    void rollsOverUpToTheLimitOnce() {
        // Given
        var account = Metering.account();
        var begin = Instant.now();
        var grant = give(account, 1000, "promotional", 7, begin.plus(HOUR), 300);

        // When
        Sql.pass(account, HOUR);

        // Then
        assertThat(metering.view(account).balanceMicro()).isEqualTo(300);
        var old = find(account, grant);
        assertThat(old.rolledMicro()).isEqualTo(300);
        assertThat(old.lapsedMicro()).isEqualTo(700);
        var next = metering.grants(account).getFirst();
        assertThat(next.rolledFrom()).isEqualTo(grant);
        assertThat(next.state()).isEqualTo("active");
        assertThat(next.amountMicro()).isEqualTo(300);
        assertThat(next.priority()).isEqualTo(7);
        assertThat(next.effectiveAt()).isEqualTo(old.expiresAt());
        assertThat(next.rolloverMaxMicro()).isZero();
        Audits.assertClean(metering);

        // And it does not roll over again
        Sql.pass(account, HOUR);
        assertThat(metering.view(account).balanceMicro()).isZero();
        Audits.assertClean(metering);
    }

    @Test
    void countsAGrantFromItsTimeOn() {
        var account = metering.accountWith(1);
        var answer = metering.grant(
                account, new GrantRequest(500, null, null, Instant.now().plus(HOUR), null, 0, "next month"));

        assertThat(answer.as(GrantReply.class).balanceMicro()).isEqualTo(1);
        assertThat(metering.grants(account).getFirst().state()).isEqualTo("scheduled");
        Sql.pass(account, HOUR);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(501);
        assertThat(metering.grants(account).getFirst().state()).isEqualTo("active");
        Audits.assertClean(metering);
    }

    @Test
    void voidsWhatIsNeitherSpentNorHeld() {
        // Given
        var account = Metering.account();
        var grant = give(account, 10_000, "purchased", 100, null, 0);
        var stream = open(account);

        // When
        var voided = metering.takeBack(account, grant);
        var again = metering.takeBack(account, grant);

        // Then
        assertThat(voided.status()).isEqualTo(200);
        assertThat(voided.as(GrantView.class).endedBy()).isEqualTo("root");
        assertThat(again.body()).isEqualTo(voided.body());
        assertThat(metering.view(account)).isEqualTo(new AccountView(account, HOLD, HOLD, 0, 1));
        assertThat(metering.reserve(Metering.request(account)).status()).isEqualTo(402);
        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 10)));
        assertThat(metering.view(account).balanceMicro()).isZero();
        assertThat(find(account, grant).spentMicro()).isEqualTo(70);
        Audits.assertClean(metering);
    }

    @Test
    void voidsAGrantThatHasNotBegunAndNoneThatHasExpired() {
        var account = metering.accountWith(5);
        var scheduled = metering.grant(
                        account, new GrantRequest(500, null, null, Instant.now().plus(HOUR), null, 0, null))
                .as(GrantReply.class)
                .grantId();
        assertThat(metering.takeBack(account, scheduled).as(GrantView.class).state())
                .isEqualTo("voided");
        Sql.pass(account, HOUR);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(5);

        var expired = give(account, 500, "purchased", 100, Instant.now().plus(HOUR), 0);
        Sql.pass(account, HOUR);
        assertThat(metering.takeBack(account, expired).status()).isEqualTo(409);
        assertThat(metering.takeBack(account, UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(metering.takeBack(Metering.account(), scheduled).status()).isEqualTo(404);
        assertThat(metering.post("/v1/accounts/" + account + "/grants/no-uuid/void", null, admin)
                        .status())
                .isEqualTo(404);
        assertThat(metering.post(
                                "/v1/accounts/" + account + "/grants/" + scheduled + "/void",
                                null,
                                Tokens.user("bill", "billing"))
                        .status())
                .isEqualTo(403);
        Audits.assertClean(metering);
    }

    @Test
    void takesAKeyForOneRequestOnly() {
        var account = Metering.account();
        var first = keyed(account, Map.of("amountMicro", "70", "note", "a"));
        var spelledOut = keyed(account, Map.of("amountMicro", "70", "note", "a", "kind", "purchased", "priority", 100));
        var other = keyed(account, Map.of("amountMicro", "70", "note", "b"));

        assertThat(first.status()).isEqualTo(201);
        assertThat(spelledOut.status()).isEqualTo(200);
        assertThat(spelledOut.body().path("grantId")).isEqualTo(first.body().path("grantId"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.problem()).isEqualTo("idempotency-key-reused");
        assertThat(metering.view(account).balanceMicro()).isEqualTo(70);
    }

    @ParameterizedTest
    @CsvSource({
        "kind, gift, kind",
        "priority, -1, priority",
        "priority, 1001, priority",
        "expiresAt, 2020-01-01T00:00:00Z, expiresAt",
        "expiresAt, 3020-01-01T00:00:00Z, expiresAt",
        "effectiveAt, 1020-01-01T00:00:00Z, effectiveAt",
        "rolloverMaxMicro, 1, expiresAt",
        "rolloverMaxMicro, 71, rolloverMaxMicro",
        "rolloverMaxMicro, -1, rolloverMaxMicro",
        "amountMicro, 0, amountMicro",
        "amountMicro, 1000000000000001, amountMicro"
    })
    void refusesTermsThatMeanNothing(String field, String value, String named) {
        var account = Metering.account();
        var body = new LinkedHashMap<String, Object>(Map.of("amountMicro", "70"));
        body.put(field, value);

        var answer = metering.post("/v1/accounts/" + account + "/grants", body, admin);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("detail").asText()).contains(named);
        assertThat(metering.view(account).balanceMicro()).isZero();
    }

    @Test
    void boundsTheUnspentGrantsOfAnAccount() {
        // Given: one below the limit
        var account = metering.accountWith(1);
        Sql.run("SELECT count((account_grant(gen_random_uuid(), '" + account + "', 1, 'purchased', 100, NULL, NULL, 0,"
                + " NULL, NULL, NULL, 'test', 0, 1000)).outcome) FROM generate_series(1, 998)");

        assertThat(metering.grant(account, 1).status()).isEqualTo(201);
        assertThat(metering.grant(account, 1).status()).isEqualTo(409);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(1000);
        charge(account, 0);
        assertThat(metering.grant(account, 1).status()).isEqualTo(201);
        Audits.assertClean(metering);
    }

    private Answer keyed(AccountId account, Map<String, Object> body) {
        return metering.post("/v1/accounts/" + account + "/grants", body, admin, "k");
    }

    private UUID give(
            AccountId account, long micro, String kind, int priority, @Nullable Instant expiresAt, long rollover) {
        var answer = metering.grant(account, new GrantRequest(micro, kind, priority, null, expiresAt, rollover, null));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.as(GrantReply.class).grantId();
    }

    private StreamId open(AccountId account) {
        var stream = metering.reserve(Metering.request(account))
                .as(ReserveReply.class)
                .streamId();
        metering.claim(stream, "g-grants", "1");
        return stream;
    }

    private void charge(AccountId account, long output) {
        var settled = metering.settle(open(account), Metering.settlement(1, Totals.counted(100, output)));
        assertThat(settled.status()).isEqualTo(200);
    }

    private GrantView find(AccountId account, UUID grant) {
        return metering.grants(account).stream()
                .filter(g -> g.grantId().equals(grant))
                .findFirst()
                .orElseThrow();
    }

    private Map<UUID, Long> spent(AccountId account) {
        return metering.grants(account).stream().collect(Collectors.toMap(GrantView::grantId, GrantView::spentMicro));
    }
}
