package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.slots.SlotReply;
import io.weir.contracts.slots.SlotRequest;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class SlotsTest {
    private final Metering metering = new Metering();
    private final String topic = "battle-cli-stream-" + UUID.randomUUID() + "-a";
    private AccountId first = Metering.account();
    private AccountId second = Metering.account();

    @BeforeEach
    void giveCredit() {
        first = metering.accountWith(1_000_000);
        second = metering.accountWith(1_000_000);
    }

    @Test
    void belongsToWhoeverWritesFirstUntilItsStreamHasEndedAndThenToNobody() {
        // Given
        StreamId stream = reserved(first);
        assertThat(take(first, stream).status()).isEqualTo(201);
        metering.claim(stream, "g-slots", "1");
        // When
        Answer another = take(second, reserved(second));
        Answer again = take(first, reserved(first));
        metering.settle(stream, Metering.settlement(1, Totals.counted(1, 1)));
        Answer late = take(first, reserved(first));
        // Then
        assertThat(another.status()).isEqualTo(403);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.as(SlotReply.class).streamId()).isEqualTo(stream);
        assertThat(late.status()).isEqualTo(409);
        assertThat(take(second, reserved(second)).status()).isEqualTo(403);
        assertThat(take(first, stream).status()).as("the same question again").isEqualTo(201);
    }

    @Test
    void isFreeAgainWhenItsStreamNeverBegan() {
        // Given
        StreamId stream = reserved(first);
        take(first, stream);
        // When
        metering.release(stream);
        // Then
        assertThat(take(second, reserved(second)).status()).isEqualTo(201);
    }

    @Test
    void isAnotherTopicInAnotherTenant() {
        // Given
        take(first, reserved(first));
        // When
        var elsewhere = new SlotRequest(new TenantId("acme"), topic, second, reserved(second));
        // Then
        assertThat(metering.post("/v1/slots", elsewhere, Tokens.service("hold")).status())
                .isEqualTo(201);
    }

    @Test
    void goesToOneOfManyWhoAskAtOnce() throws Exception {
        // Given
        List<StreamId> streams =
                IntStream.range(0, 8).mapToObj(_ -> reserved(first)).toList();
        // When
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = streams.stream()
                    .map(stream -> threads.submit(() -> take(first, stream)))
                    .toList();
            // Then
            List<Integer> statuses =
                    answers.stream().map(SlotsTest::got).map(Answer::status).toList();
            assertThat(statuses).containsOnly(200, 201).containsOnlyOnce(201);
        }
    }

    @Test
    void refusesWhatNamesNoTopicAndWhoeverIsNoService() {
        StreamId stream = reserved(first);
        var nameless = new SlotRequest(new TenantId("default"), "", first, stream);
        assertThat(metering.post("/v1/slots", nameless, Tokens.service("hold")).status())
                .isEqualTo(400);
        assertThat(metering.post("/v1/slots", nameless, Tokens.user("alice", "user"))
                        .status())
                .isEqualTo(403);
    }

    private static Answer got(Future<Answer> answer) {
        try {
            return answer.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer take(AccountId account, StreamId stream) {
        var request = new SlotRequest(new TenantId("default"), topic, account, stream);
        return metering.post("/v1/slots", request, Tokens.service("hold"));
    }

    private StreamId reserved(AccountId account) {
        ReserveRequest request = Metering.request(account);
        metering.reserve(request);
        return request.streamId();
    }
}
