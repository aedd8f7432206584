package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class ReserveTest {
    /** What one stream of the demo agent reserves: 100 prompt tokens and a minute at 50 tokens per second. */
    private static final long ONE_HOLD = 50 + 6000;

    private final Metering metering = new Metering();

    @Test
    void holdsNoMoreThanTheAccountHasWhenFiftyAskAtOnce() throws Exception {
        // Given
        var account = metering.accountWith(10 * ONE_HOLD);

        // When
        var answers = atOnce(50, () -> metering.reserve(with(Metering.request(account), 50)));

        // Then
        assertThat(answers).filteredOn(a -> a.status() == 201).hasSize(10);
        assertThat(answers).filteredOn(a -> a.status() == 402).hasSize(40);
        assertThat(answers).filteredOn(a -> a.status() == 402).allSatisfy(a -> assertThat(a.problem())
                .isEqualTo("insufficient-credits"));
        assertThat(metering.view(account)).satisfies(view -> {
            assertThat(view.heldMicro()).isEqualTo(10 * ONE_HOLD);
            assertThat(view.availableMicro()).isZero();
            assertThat(view.openStreams()).isEqualTo(10);
        });
        Audits.assertClean(metering);
    }

    @Test
    void grantsWhatIsLeftAndSaysThatItIsFinal() {
        var account = metering.accountWith(ONE_HOLD + 1000);
        metering.reserve(Metering.request(account));

        var partial = metering.reserve(Metering.request(account)).as(ReserveReply.class);

        assertThat(partial.grantedMicro()).isEqualTo(1000);
        assertThat(partial.last()).isTrue();
        assertThat(partial.availableMicro()).isZero();
    }

    @Test
    void refusesBelowTheMinimumOnly() {
        assertThat(metering.reserve(Metering.request(metering.accountWith(99))).status())
                .isEqualTo(402);
        assertThat(metering.reserve(Metering.request(metering.accountWith(100))).status())
                .isEqualTo(201);
        assertThat(metering.reserve(Metering.request(metering.accountWith(101))).status())
                .isEqualTo(201);
    }

    @Test
    void startsAShortAnswerThatCostsLessThanTheMinimum() {
        var account = metering.accountWith(60);
        var reply = metering.reserve(limited(account, 5L)).as(ReserveReply.class);
        assertThat(reply.grantedMicro()).isEqualTo(50 + 10);
        assertThat(reply.last()).isFalse();
    }

    @Test
    void countsOpenStreamsBeforeCredit() {
        var account = metering.accountWith(ONE_HOLD);
        assertThat(metering.reserve(with(Metering.request(account), 1)).status())
                .isEqualTo(201);

        var refused = metering.reserve(with(Metering.request(account), 1));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.problem()).isEqualTo("too-many-streams");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void findsTheSameStreamAgainByItsKey() {
        // Given
        var account = metering.accountWith(1_000_000);
        var first = metering.reserve(Metering.request(account, Metering.stream(), "key"));

        // When
        var again = metering.reserve(Metering.request(account, Metering.stream(), "key"));
        var otherBody = metering.reserve(other(Metering.request(account, Metering.stream(), "key")));
        var otherAccount =
                metering.reserve(Metering.request(metering.accountWith(1_000_000), Metering.stream(), "key"));

        var id = first.as(ReserveReply.class).streamId();
        metering.claim(id, "g-" + id, "1");
        var claimed = metering.reserve(Metering.request(account, Metering.stream(), "key"));

        // Then: the first answer may have been lost, so until its claim the hold is answered as new
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.as(ReserveReply.class).streamId()).isEqualTo(id);
        assertThat(claimed.status()).isEqualTo(200);
        assertThat(claimed.as(ReserveReply.class).streamId()).isEqualTo(id);
        assertThat(otherBody.status()).isEqualTo(409);
        assertThat(otherBody.problem()).isEqualTo("idempotency-key-reused");
        assertThat(otherAccount.status()).isEqualTo(201);
        assertThat(metering.view(account).heldMicro()).isEqualTo(ONE_HOLD);
    }

    @Test
    void holdsOnceForOneKeyAskedManyTimesAtOnce() throws Exception {
        var account = metering.accountWith(1_000_000);

        var answers = atOnce(20, () -> metering.reserve(Metering.request(account, Metering.stream(), "storm")));

        assertThat(answers).allMatch(a -> a.status() == 201);
        assertThat(answers)
                .extracting(a -> a.as(ReserveReply.class).streamId())
                .containsOnly(answers.getFirst().as(ReserveReply.class).streamId());
        assertThat(metering.view(account).heldMicro()).isEqualTo(ONE_HOLD);
    }

    @Test
    void answersAReserveThatIsRepeatedAfterItsAnswerWasLost() {
        var account = metering.accountWith(1_000_000);
        var request = Metering.request(account);
        metering.reserve(request);

        var again = metering.reserve(request);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.as(ReserveReply.class).grantedMicro()).isEqualTo(ONE_HOLD);
    }

    @Test
    void forgetsADerivedKeyWithTheEndOfItsStream() {
        var account = metering.accountWith(1_000_000);
        var first = untilEnd(Metering.request(account, Metering.stream(), "derived"));
        metering.reserve(first);
        metering.claim(first.streamId(), "g-" + first.streamId(), "1");
        assertThat(metering.reserve(untilEnd(Metering.request(account, Metering.stream(), "derived")))
                        .status())
                .isEqualTo(200);

        settle(first.streamId());

        assertThat(metering.reserve(untilEnd(Metering.request(account, Metering.stream(), "derived")))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void keepsACallersKeyForADay() {
        var account = metering.accountWith(1_000_000);
        var first = Metering.request(account, Metering.stream(), "mine");
        metering.reserve(first);
        settle(first.streamId());
        assertThat(metering.reserve(Metering.request(account, Metering.stream(), "mine"))
                        .status())
                .isEqualTo(200);

        Sql.run("UPDATE idempotency SET created_at = created_at - interval '24 h' WHERE stream_id = '"
                + first.streamId() + "'");

        assertThat(metering.reserve(Metering.request(account, Metering.stream(), "mine"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void freesTheKeyOfAStreamThatNeverBegan() {
        var account = metering.accountWith(ONE_HOLD);
        var first = Metering.request(account, Metering.stream(), "again");
        metering.reserve(first);
        assertThat(metering.release(first.streamId()).status()).isEqualTo(204);
        assertThat(metering.release(first.streamId()).status()).isEqualTo(204);

        assertThat(metering.reserve(Metering.request(account, Metering.stream(), "again"))
                        .status())
                .isEqualTo(201);
        Audits.assertClean(metering);
    }

    @Test
    void refusesAStreamIdOfAnotherAccount() {
        var request = Metering.request(metering.accountWith(1_000_000));
        metering.reserve(request);

        var stolen = metering.reserve(Metering.request(metering.accountWith(1_000_000), request.streamId(), "k"));

        assertThat(stolen.status()).isEqualTo(409);
        assertThat(stolen.problem()).isEqualTo("conflict");
    }

    @Test
    void holdsNothingForAStreamOnTheCallersOwnKey() {
        var account = Metering.account();
        var request = byok(Metering.request(account));

        var reply = metering.reserve(request).as(ReserveReply.class);
        metering.claim(request.streamId(), "g-byok", "1");
        metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(500, 500)));

        assertThat(reply.grantedMicro()).isZero();
        assertThat(reply.last()).isFalse();
        assertThat(reply.price().version()).isZero();
        var receipt = metering.receipt(request.streamId()).body();
        assertThat(receipt.path("chargeMicro").asText()).isEqualTo("0");
        assertThat(receipt.path("tokens").path("output").asLong()).isEqualTo(500);
    }

    @Test
    void knowsItsAgents() {
        var account = metering.accountWith(1_000_000);
        assertThat(metering.reserve(agent(Metering.request(account), "nobody")).status())
                .isEqualTo(404);
        assertThat(metering.reserve(agent(Metering.request(account), "priceless"))
                        .status())
                .isEqualTo(500);
        assertThat(metering.view(account).heldMicro()).isZero();
    }

    private void settle(StreamId stream) {
        metering.claim(stream, "g-reserve", "1");
        assertThat(metering.settle(stream, Metering.settlement(1, Totals.counted(1, 1)))
                        .status())
                .isEqualTo(200);
    }

    static List<Answer> atOnce(int times, Callable<Answer> call) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(Collections.nCopies(times, call)).stream()
                    .map(done -> done.resultNow())
                    .toList();
        }
    }

    private static ReserveRequest limited(AccountId account, @Nullable Long maxOutput) {
        return new ReserveRequest(
                Metering.stream(),
                account,
                new SessionId("s"),
                new AgentName("demo"),
                100,
                maxOutput,
                8,
                UUID.randomUUID().toString(),
                false,
                Metering.HASH,
                false,
                10);
    }

    static ReserveRequest with(ReserveRequest r, int maxOpen) {
        return copy(r, r.agent().value(), maxOpen, r.keyUntilEnd(), r.bodyHash(), r.byok());
    }

    static ReserveRequest other(ReserveRequest r) {
        return copy(r, r.agent().value(), r.maxOpenStreams(), r.keyUntilEnd(), "1".repeat(64), r.byok());
    }

    private static ReserveRequest untilEnd(ReserveRequest r) {
        return copy(r, r.agent().value(), r.maxOpenStreams(), true, r.bodyHash(), r.byok());
    }

    private static ReserveRequest byok(ReserveRequest r) {
        return copy(r, r.agent().value(), r.maxOpenStreams(), r.keyUntilEnd(), r.bodyHash(), true);
    }

    static ReserveRequest agent(ReserveRequest r, String agent) {
        return copy(r, agent, r.maxOpenStreams(), r.keyUntilEnd(), r.bodyHash(), r.byok());
    }

    private static ReserveRequest copy(
            ReserveRequest r, String agent, int maxOpen, boolean untilEnd, String hash, boolean byok) {
        return new ReserveRequest(
                r.streamId(),
                r.account(),
                r.session(),
                new AgentName(agent),
                r.promptTokens(),
                r.maxOutputTokens(),
                maxOpen,
                r.idempotencyKey(),
                untilEnd,
                hash,
                byok,
                r.lifeSeconds());
    }
}
