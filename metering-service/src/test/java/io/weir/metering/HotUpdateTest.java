package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Batched updates touch no index, whatever they change. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class HotUpdateTest {
    private static final int STREAMS = 200;
    private static final int ROUNDS = 20;

    private final Metering metering = new Metering();

    @Test
    void keepsBatchedUpdatesHot() throws InterruptedException {
        // Given
        var gateway = "g-" + UUID.randomUUID();
        var account = metering.accountWith(100_000_000);
        var streams = new ArrayList<StreamId>();
        for (int i = 0; i < STREAMS; i++) {
            var request = ReserveTest.with(Metering.request(account), STREAMS);
            metering.reserve(request);
            metering.claim(request.streamId(), gateway, "1");
            streams.add(request.streamId());
        }
        long before = figure("n_tup_upd");
        long hotBefore = figure("n_tup_hot_upd");

        // When: every round reports more, every fourth asks for an extension
        for (int round = 1; round <= ROUNDS; round++) {
            int reported = round;
            var updates = streams.stream()
                    .map(s -> new Update(s, 1, Totals.counted(100, 10L * reported), reported % 4 == 0))
                    .toArray(Update[]::new);
            var reply = metering.update(gateway, "1", updates).as(UpdateReply.class);
            assertThat(reply.streams()).hasSize(STREAMS).allMatch(UpdateReply.Extension::accepted);
        }

        // Then
        long updates = flushed(before);
        long hot = figure("n_tup_hot_upd") - hotBefore;
        assertThat(updates).isGreaterThanOrEqualTo((long) STREAMS * ROUNDS);
        // The first touch of a full page may have to move a row; never again after that.
        assertThat((double) hot / updates).as(hot + " of " + updates).isGreaterThan(0.9);
        System.out.println("hold updates: " + updates + ", HOT: " + hot);
    }

    /** PostgreSQL's own count of updates; an idle connection reports within 10 s. */
    private static long flushed(long before) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (figure("n_tup_upd") - before < (long) STREAMS * ROUNDS && System.nanoTime() < deadline) {
            Thread.sleep(200);
        }
        return figure("n_tup_upd") - before;
    }

    private static long figure(String column) {
        return Sql.number("SELECT " + column + " FROM pg_stat_user_tables WHERE relname = 'hold'");
    }
}
