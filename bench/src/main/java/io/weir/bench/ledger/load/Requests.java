package io.weir.bench.ledger.load;

import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/** What one caller asks: an answer of 200 tokens to a prompt of 100. Not for several threads at a time. */
final class Requests {
    static final long PROMPT = 100;
    private static final long OUTPUT = 200;
    private static final String HASH = "0".repeat(64);
    private static final String ADDRESS = "http://bench";
    private static final SessionId SESSION = new SessionId("bench");
    private static final AgentName AGENT = new AgentName("demo");
    private static final int MOST_OPEN = 100_000;
    private static final int LIFE_SECONDS = 600;

    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final String gateway;

    /**
     * Requests of one gateway.
     *
     * @param gateway its name, which is its process' too
     */
    Requests(String gateway) {
        this.gateway = gateway;
    }

    StreamId stream() {
        return StreamId.next(InstantSource.system(), random);
    }

    /** One of so many accounts. */
    AccountId account(String prefix, int accounts) {
        return new AccountId(prefix + (1 + random.nextInt(accounts)));
    }

    ReserveRequest reserve(StreamId stream, AccountId account) {
        return new ReserveRequest(
                stream,
                account,
                SESSION,
                AGENT,
                PROMPT,
                null,
                MOST_OPEN,
                stream.toString(),
                false,
                HASH,
                false,
                LIFE_SECONDS);
    }

    ClaimRequest claim() {
        return new ClaimRequest(gateway, gateway, ADDRESS);
    }

    UpdateBatch update(List<Update> updates) {
        return new UpdateBatch(gateway, gateway, ADDRESS, updates);
    }

    UpdateBatch update(StreamId stream) {
        return update(List.of(new Update(stream, 1, Totals.counted(PROMPT, OUTPUT / 2), false)));
    }

    SettleRequest settle() {
        return settle(OUTPUT);
    }

    SettleRequest settle(long output) {
        Instant now = Instant.now();
        return new SettleRequest(
                1,
                Totals.counted(PROMPT, output),
                UsageSource.AGENT,
                EndReason.COMPLETED,
                "demo-1",
                HASH,
                now.minusSeconds(4),
                now.minusSeconds(3),
                now);
    }
}
