package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import io.weir.streams.life.GrantFigures;
import io.weir.streams.life.GrantTerms;
import io.weir.streams.life.HoldAnswer;
import io.weir.streams.life.HoldBook;
import io.weir.streams.life.HoldRules;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/** One conversation, held with the service and with the model at once. */
final class ModelConversation {
    private static final Price PRICE = new Price(1, 500, 50, 600, 2000, 2000, 0);
    private static final HoldRules RULES =
            new HoldRules(Duration.ofSeconds(60), Duration.ofSeconds(30), 100, Duration.ofHours(24));
    private static final int TOKENS_PER_SECOND = 50;
    private static final long AGENT_LIMIT = 4096;

    /** Small enough that one lease of output always fits below the agent's limit, and that the pace never matters. */
    private static final int MOST_REPORTED = 250;

    private final Metering metering;
    private final Runnable sweep;
    private final Random random;
    private final String name;
    private final HoldBook model = new HoldBook(RULES);
    private final List<AccountId> accounts;
    private final DatabaseClock clock;
    private final List<ReserveRequest> streams = new ArrayList<>();
    private final int[] incarnations = {1, 1};
    private final Instant begun = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Map<AccountId, List<UUID>> given = new HashMap<>();
    private final Map<UUID, Integer> numbers = new HashMap<>();
    private long now = 1_000_000;

    ModelConversation(Metering metering, Runnable sweep, Random random, String name) {
        this.metering = metering;
        this.sweep = sweep;
        this.random = random;
        this.name = name + "-" + Metering.stream();
        this.accounts =
                Stream.generate(Metering::account).limit(3).peek(this::fund).toList();
        this.clock = new DatabaseClock(this.name, accounts);
    }

    List<AccountId> accounts() {
        return accounts;
    }

    HoldBook model() {
        return model;
    }

    void step() {
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> reserve(request(Metering.stream(), pick(accounts), "", Metering.HASH));
            case 3 -> reserveAgain();
            case 4, 5 -> claim();
            case 6, 7 -> update();
            case 8, 9 -> settle();
            case 10 -> stopOrFence();
            case 11 -> give(pick(accounts));
            case 12 -> takeBack(pick(accounts));
            default -> disturb();
        }
    }

    /** All that is left open is lost and swept: nothing of it is in the way of another conversation. */
    void end() {
        pass();
        clock.pass();
        clock.passGrace();
        sweep.run();
        model.sweep(now);
    }

    /** Whatever was answered before: the same figures now. */
    void compare() {
        for (var account : accounts) {
            assertThat(metering.view(account))
                    .as(() -> name + "\n" + metering.grants(account) + "\nmodel " + model.grants(account))
                    .isEqualTo(model.account(account));
        }
    }

    /** What every grant was burned, kept and lost by. */
    void compareGrants() {
        for (var account : accounts) {
            var figures = metering.grants(account).stream()
                    .map(g -> new GrantFigures(
                            g.state(),
                            g.amountMicro(),
                            g.remainingMicro(),
                            g.spentMicro(),
                            g.lapsedMicro(),
                            g.rolledMicro()))
                    .toList();
            assertThat(figures.reversed()).as(name).isEqualTo(model.grants(account));
        }
    }

    private void fund(AccountId account) {
        long micro = random.nextInt(30_000) + 1L;
        assertThat(metering.grant(account, micro).status()).isEqualTo(201);
        model.grant(account, micro);
    }

    /** Under any terms. Lives end at 20 or 40 minutes past what time ever jumps to, so that a slow machine is no judge. */
    private void give(AccountId account) {
        long begins = random.nextInt(3) == 0 ? 20 + 60L * random.nextInt(3) : 0;
        long ends = random.nextInt(3) == 0 ? Long.MAX_VALUE : begins / 60 * 60 + 60L * random.nextInt(1, 4) + 20;
        long amount = random.nextInt(12_000) + 1L;
        boolean expires = ends != Long.MAX_VALUE;
        boolean purchased = random.nextBoolean();
        int priority = 50 + 50 * random.nextInt(2);
        long rollover = expires && random.nextBoolean() ? random.nextLong(amount + 1) : 0;
        var answer = metering.grant(
                account,
                new GrantRequest(
                        amount,
                        purchased ? "purchased" : "promotional",
                        priority,
                        begun.plus(begins, ChronoUnit.MINUTES),
                        expires ? begun.plus(ends, ChronoUnit.MINUTES) : null,
                        rollover,
                        null));
        is(answer, 201);
        int number = model.grant(
                account,
                new GrantTerms(
                        amount,
                        purchased,
                        priority,
                        now + Duration.ofMinutes(begins).toMillis(),
                        expires ? now + Duration.ofMinutes(ends).toMillis() : GrantTerms.NEVER,
                        rollover),
                now);
        var id = answer.as(GrantReply.class).grantId();
        given.computeIfAbsent(account, _ -> new ArrayList<>()).add(id);
        numbers.put(id, number);
    }

    private void takeBack(AccountId account) {
        var grants = given.get(account);
        if (grants != null) {
            var grant = pick(grants);
            boolean done = model.takeBack(Objects.requireNonNull(numbers.get(grant)));
            is(metering.takeBack(account, grant), done ? 200 : 409);
        }
    }

    private void reserve(ReserveRequest request) {
        var expected = model.reserve(request, PRICE, TOKENS_PER_SECOND, AGENT_LIMIT, now);
        var answer = metering.reserve(request);
        switch (expected) {
            case HoldAnswer.Reserve.Held(ReserveReply reply) -> {
                assertThat(answer.status()).as(name).isEqualTo(201);
                assertThat(answer.as(ReserveReply.class)).as(name).isEqualTo(reply);
                if (reply.streamId().equals(request.streamId()) && !streams.contains(request)) {
                    streams.add(request);
                }
            }
            case HoldAnswer.Reserve.Known(ReserveReply reply) -> {
                assertThat(answer.status()).as(name).isEqualTo(200);
                assertThat(answer.as(ReserveReply.class).streamId()).isEqualTo(reply.streamId());
                assertThat(answer.as(ReserveReply.class).grantedMicro()).isEqualTo(reply.grantedMicro());
            }
            case HoldAnswer.Reserve.StreamExists _ -> is(answer, 409);
            case HoldAnswer.Reserve.KeyReused _ -> is(answer, 409);
            case HoldAnswer.Reserve.TooManyOpen _ -> is(answer, 429);
            case HoldAnswer.Reserve.NotEnoughCredit _ -> is(answer, 402);
        }
    }

    /** The same request twice, or its key with another body. */
    private void reserveAgain() {
        if (streams.isEmpty()) {
            return;
        }
        var old = pick(streams);
        var hash = random.nextBoolean() ? old.bodyHash() : "1".repeat(64);
        var other = request(Metering.stream(), old.account(), old.idempotencyKey(), hash);
        reserve(random.nextBoolean() ? old : other);
    }

    private void claim() {
        if (streams.isEmpty()) {
            return;
        }
        int gateway = random.nextInt(2);
        var stream = newest().streamId();
        var request = new ClaimRequest(gateway(gateway), incarnation(gateway), address(gateway));
        var answer = metering.claim(stream, request.gateway(), request.incarnation());
        if (expect(model.claim(stream, request, now), answer) instanceof HoldAnswer.Claim.Answered(ClaimReply reply)) {
            var got = answer.as(ClaimReply.class);
            assertThat(got.won()).as(name).isEqualTo(reply.won());
            assertThat(got.epoch()).as(name).isEqualTo(reply.epoch());
            assertThat(got.owner()).as(name).isEqualTo(reply.owner());
            assertThat(got.address()).as(name).isEqualTo(reply.address());
        }
    }

    /** A batch of a gateway over some streams, its own or not, figures in any order. */
    private void update() {
        int gateway = random.nextInt(2);
        var updates = streams.stream()
                .filter(_ -> random.nextInt(4) == 0)
                .map(request -> new Update(
                        request.streamId(),
                        1 + random.nextInt(8) / 7,
                        Totals.counted(100, random.nextInt(MOST_REPORTED)),
                        random.nextBoolean()))
                // Where credit is short the service extends in this order.
                .sorted(Comparator.comparing(Update::streamId))
                .toArray(Update[]::new);
        var batch = new UpdateBatch(gateway(gateway), incarnation(gateway), address(gateway), List.of(updates));
        var expected = model.update(batch, now);
        var answer =
                metering.update(batch.gateway(), batch.incarnation(), updates).as(UpdateReply.class);
        assertThat(answer.streams().stream().map(UpdateReply.Extension::accepted))
                .as(name)
                .isEqualTo(expected.streams().stream()
                        .map(UpdateReply.Extension::accepted)
                        .toList());
        assertThat(answer.streams().stream().map(UpdateReply.Extension::cancelled))
                .as(name)
                .isEqualTo(expected.streams().stream()
                        .map(UpdateReply.Extension::cancelled)
                        .toList());
    }

    private void settle() {
        if (streams.isEmpty()) {
            return;
        }
        var stream = pick(streams).streamId();
        int epoch = 1 + random.nextInt(8) / 7;
        // Now and then far more than was ever held.
        int output = random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(400);
        var request = Metering.settlement(epoch, Totals.counted(100, output));
        settle(stream, request);
        if (random.nextInt(3) == 0) {
            settle(stream, request);
        }
    }

    private void settle(StreamId stream, SettleRequest request) {
        var answer = metering.settle(stream, request);
        switch (model.settle(stream, request)) {
            case HoldAnswer.Settle.Settled(SettleReply reply) -> {
                assertThat(answer.status()).as(name).isEqualTo(200);
                assertThat(answer.as(SettleReply.class)).as(name).isEqualTo(reply);
            }
            case HoldAnswer.Settle.Differs _ -> is(answer, 409);
            case HoldAnswer other -> expect(other, answer);
        }
    }

    private void stopOrFence() {
        if (streams.isEmpty()) {
            return;
        }
        var request = pick(streams);
        var stream = request.streamId();
        switch (random.nextInt(3)) {
            case 0 -> {
                var answer = metering.release(stream);
                expect(model.release(stream), answer, 204);
            }
            case 1 -> {
                var by = random.nextInt(4) == 0 ? pick(accounts) : request.account();
                var answer = metering.cancel(stream, by);
                var expected = expect(model.cancel(stream, new CancelRequest(by)), answer);
                if (expected instanceof HoldAnswer.Cancel.Answered(CancelReply reply)) {
                    assertThat(answer.as(CancelReply.class)).as(name).isEqualTo(reply);
                }
            }
            default -> fence(stream);
        }
    }

    private void fence(StreamId stream) {
        var answer = metering.fence(stream);
        switch (model.fence(stream, now)) {
            case HoldAnswer.Fence.Fenced(FenceReply reply) ->
                assertThat(answer.as(FenceReply.class)).as(name).isEqualTo(reply);
            case HoldAnswer.Fence.LeaseRuns _ -> is(answer, 409);
            case HoldAnswer.Unknown _ -> is(answer, 404);
        }
    }

    private void disturb() {
        switch (random.nextInt(6)) {
            case 0 -> {
                // The model grants no grace after a replacement or a clock that was set back, so let it pass.
                clock.passGrace();
                sweep.run();
                model.sweep(now);
            }
            case 1 -> incarnations[random.nextInt(2)]++;
            case 2 -> crash();
            case 3 -> {
                // What was over is over, what runs runs.
                clock.setBack();
                model.clockSetBack(now);
            }
            case 4 -> {
                pass();
                clock.setForward();
                model.restarted(now);
            }
            default -> {
                pass();
                clock.pass();
            }
        }
    }

    /** The connection dies between the statements of a reserve or a settle: nothing of it has happened. */
    private void crash() {
        var account = pick(accounts);
        var request = request(Metering.stream(), account, "", Metering.HASH);
        var settled = streams.stream()
                .filter(stream -> stream.account().equals(account))
                .map(ReserveRequest::streamId)
                .findFirst();
        boolean settles = settled.isPresent() && random.nextBoolean();
        var answer = Crash.of(
                account,
                () -> settles
                        ? metering.settle(settled.get(), Metering.settlement(1, Totals.counted(100, 40)))
                        : metering.reserve(request));
        // A settle that needs no credit has not waited for it: it is done, and does no harm in the model either.
        if (answer.status() == 503) {
            return;
        }
        if (settles) {
            settle(settled.get(), Metering.settlement(1, Totals.counted(100, 40)));
        } else {
            reserve(request);
        }
    }

    /** An hour or two pass for the model, and for the grants of this conversation. */
    private void pass() {
        var passed = Duration.ofHours(random.nextInt(1, 3));
        now += passed.toMillis();
        model.tendGrants(now);
        accounts.forEach(account -> Sql.pass(account, passed));
    }

    /** Lives longer than a conversation takes, and shorter than the time that passes when leases are lost. */
    private static ReserveRequest request(StreamId stream, AccountId account, String key, String hash) {
        return new ReserveRequest(
                stream,
                account,
                new SessionId("s"),
                new AgentName("demo"),
                100,
                null,
                8,
                key.isEmpty() ? stream.toString() : key,
                false,
                hash,
                false,
                100);
    }

    private HoldAnswer expect(HoldAnswer expected, Answer answer) {
        return expect(expected, answer, 200);
    }

    private HoldAnswer expect(HoldAnswer expected, Answer answer, int done) {
        is(
                answer,
                switch (expected) {
                    case HoldAnswer.Unknown _ -> 404;
                    case HoldAnswer.WrongState _ -> 409;
                    case HoldAnswer _ -> done;
                });
        return expected;
    }

    private void is(Answer answer, int status) {
        assertThat(answer.status()).as(name + " " + answer.body()).isEqualTo(status);
    }

    private ReserveRequest newest() {
        int back = Math.min(streams.size(), 4);
        return streams.get(streams.size() - 1 - random.nextInt(back));
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String gateway(int number) {
        return name + "-" + number;
    }

    private String incarnation(int gateway) {
        // Names of processes are unique in the world, and ascend.
        return gateway(gateway) + "-" + (1000 + incarnations[gateway]);
    }

    private String address(int gateway) {
        return "http://" + gateway(gateway) + ":8081";
    }
}
