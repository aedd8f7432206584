package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.metering.holds.Paces;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reserve covers what its agent is used to produce and to report. The agent "paced" is configured with 10 tokens/s. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class PacesTest {
    /** One lease of output as configured, and the prompt, at the default price. */
    private static final long CONFIGURED = 50 + 10 * 60 * 2;

    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();

    @Inject
    Paces paces;

    @BeforeEach
    @AfterEach
    void nothingIsKnownOfOthers() {
        // What was settled stays; a month later it weighs nothing.
        Sql.run("ALTER TABLE settlement DISABLE TRIGGER settlement_is_final;"
                + " UPDATE settlement s SET settled_at = settled_at - interval '30 days' FROM hold h"
                + " WHERE h.stream_id = s.stream_id AND h.agent = 'paced';"
                + " ALTER TABLE settlement ENABLE TRIGGER settlement_is_final");
        learn();
        assertThat(wanted()).isEqualTo(CONFIGURED);
    }

    @Test
    void growsWithTheRateThatStreamsHaveShown() {
        // 20 streams of 20 tokens/s
        for (int i = 0; i < 20; i++) {
            settle(open(), UsageSource.COUNTED, 100, 5);
        }
        assertThat(wanted()).isEqualTo(CONFIGURED);
        learn();

        // 10 weighs as 5 streams, 20 as nearly 20: about 18
        assertThat(wanted()).isBetween(50 + 17 * 60 * 2L, 50 + 18 * 60 * 2L + 1);
    }

    @Test
    void isBoundedInBothDirections() {
        for (int i = 0; i < 20; i++) {
            settle(open(), UsageSource.COUNTED, 100_000, 5);
        }
        learn();
        assertThat(wanted()).isEqualTo(50 + 40 * 60 * 2);
        nothingIsKnownOfOthers();

        for (int i = 0; i < 20; i++) {
            settle(open(), UsageSource.COUNTED, 1, 100);
        }
        learn();
        assertThat(wanted()).isEqualTo(50 + 300);
    }

    @Test
    void coversWhatAnAgentReportsBeyondWhatIsCounted() {
        // 30 streams that show 10 tokens/s and report 20/s, reported by their gateway for 20 s
        for (int i = 0; i < 30; i++) {
            var stream = open();
            metering.update(gateway, "1", new Update(stream, 1, Totals.counted(100, 200), false));
            Sql.run("UPDATE hold SET claimed_at = clock_timestamp() - interval '20 s', seen_at = clock_timestamp()"
                    + " WHERE stream_id = '" + stream + "'");
            settle(stream, UsageSource.AGENT, 400, 20);
        }
        learn();

        // Twice as much, less what the configured 5 streams of 1 for 1 weigh in both.
        assertThat(wanted()).isBetween(50 + 17 * 60 * 2L, 50 + 21 * 60 * 2L);
    }

    private StreamId open() {
        var request = ReserveTest.agent(Metering.request(metering.accountWith(1_000_000)), "paced");
        metering.reserve(request);
        metering.claim(request.streamId(), gateway, "1");
        return request.streamId();
    }

    private void settle(StreamId stream, UsageSource source, long output, int seconds) {
        var request = new SettleRequest(
                1,
                Totals.counted(100, output),
                source,
                EndReason.COMPLETED,
                null,
                null,
                Metering.START,
                Metering.START.plusMillis(100),
                Metering.START.plusMillis(100).plusSeconds(seconds));
        assertThat(metering.settle(stream, request).status()).isEqualTo(200);
    }

    private void learn() {
        paces.learn().await().atMost(Duration.ofSeconds(20));
    }

    /** What a reserve takes now. */
    private long wanted() {
        var request = ReserveTest.agent(Metering.request(metering.accountWith(10_000_000)), "paced");
        long granted = metering.reserve(request).as(ReserveReply.class).grantedMicro();
        metering.release(request.streamId());
        return granted;
    }
}
