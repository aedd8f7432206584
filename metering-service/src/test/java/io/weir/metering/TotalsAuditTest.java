package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.TotalsPage.Closed;
import io.weir.contracts.stream.UsageSource;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I7: what the relay's closed logs counted against what was settled. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class TotalsAuditTest {
    private final Instant longAgo = Instant.now().minus(Duration.ofHours(2));

    private final Metering metering = new Metering();
    private final FakeRelay relay = Shared.relay();
    private final String gateway = "g-" + UUID.randomUUID();

    @Inject
    Sweeper sweeper;

    @BeforeEach
    void meteringHasRunForLong() {
        Sql.run(
                "UPDATE service_beat SET beat_at = clock_timestamp(), resumed_at = clock_timestamp() - interval '1 day'");
    }

    @AfterEach
    void noLogs() {
        relay.goAway(false);
        relay.forgetAll();
        Audits.assertClean(metering);
    }

    @Test
    void comparesEveryPageOfTheClosedLogs() {
        // Given: more logs than fit on a page
        var streams = new ArrayList<StreamId>();
        for (int i = 0; i < 5; i++) {
            var stream = settled(Totals.counted(100, 10 + i));
            streams.add(stream);
            close(stream, Totals.counted(100, 10 + i), Instant.now());
        }
        assertThat(line().path("violations").asLong(-1)).isZero();
        assertThat(line().path("state").asText()).isEqualTo("checked");
        assertThat(line().path("detail").asText()).startsWith("5 closed logs compared; ");

        // When: the oldest log, on the last page, counted a token more
        close(streams.getFirst(), Totals.counted(100, 11), Instant.now());

        // Then
        var line = line();
        assertThat(line.path("violations").asLong()).isEqualTo(1);
        assertThat(line.path("violatedAt").asText())
                .isEqualTo(line.path("checkedAt").asText());
        assertThat(metering.text("/q/metrics")).contains("weir_metering_audit_violations{invariant=\"I7\"} 1.0");

        // And once it is right again, it is still known that it was not
        close(streams.getFirst(), Totals.counted(100, 10), Instant.now());
        assertThat(line().path("violations").asLong()).isZero();
        assertThat(line().path("violatedAt").asText())
                .isEqualTo(line.path("violatedAt").asText());
    }

    @Test
    void missesTheSettleOfALogThatWasClosedLongAgo() {
        var stream = Metering.stream();

        close(stream, Totals.counted(100, 10), Instant.now());
        assertThat(line().path("violations").asLong(-1)).isZero();
        close(stream, Totals.ZERO, longAgo);
        assertThat(line().path("violations").asLong(-1)).isZero();
        close(stream, Totals.counted(100, 10), longAgo);
        assertThat(line().path("violations").asLong()).isEqualTo(1);
    }

    @Test
    void takesWhatTheOwnerOfASweptStreamStillReported() {
        // Given: the log was closed by an owner that metering could not hear
        var account = metering.accountWith(100_000);
        var request = Metering.request(account);
        metering.reserve(request);
        metering.claim(request.streamId(), gateway, "1");
        Sql.loseLease(gateway, 600);
        sweeper.sweep().await().atMost(Duration.ofSeconds(20));
        close(request.streamId(), Totals.counted(100, 200), longAgo);
        Sql.run("ALTER TABLE settlement DISABLE TRIGGER settlement_is_final; UPDATE settlement SET settled_at ="
                + " settled_at - interval '2 h' WHERE stream_id = '" + request.streamId()
                + "'; ALTER TABLE settlement ENABLE TRIGGER settlement_is_final");
        assertThat(line().path("violations").asLong()).isEqualTo(1);

        // When: its journal is replayed
        metering.settle(request.streamId(), Metering.settlement(1, Totals.counted(100, 200)));

        // Then
        assertThat(line().path("violations").asLong(-1)).isZero();
    }

    @Test
    void cutsWhatAnAgentReportedBeyondReasonAsTheLedgerDoes() {
        var beyond = new Totals(5_000_000_000L, 4_000_000_000L, 1_000_000_000, 7_000_000_000L, 6_000_000_000L);
        close(settled(beyond), beyond, Instant.now());

        assertThat(line().path("violations").asLong(-1)).isZero();
    }

    @Test
    void saysWhyItIsSkipped() {
        var checked = line().path("checkedAt").asText();
        relay.goAway(true);

        var line = line();

        assertThat(line.path("state").asText()).isEqualTo("skipped");
        assertThat(line.has("violations")).isFalse();
        assertThat(line.path("detail").asText()).isEqualTo("the relay answered 503");
        assertThat(line.path("checkedAt").asText()).isEqualTo(checked);
        var others = metering.audit().path("invariants");
        assertThat(others)
                .hasSize(9)
                .filteredOn(l -> !l.path("id").asText().equals("I7"))
                .allSatisfy(l -> assertThat(l.path("state").asText()).isEqualTo("checked"));
    }

    private StreamId settled(Totals totals) {
        var request = Metering.request(metering.accountWith(100_000));
        metering.reserve(request);
        metering.claim(request.streamId(), gateway, "1");
        assertThat(metering.settle(request.streamId(), Metering.settlement(1, totals))
                        .status())
                .isEqualTo(200);
        return request.streamId();
    }

    private void close(StreamId stream, Totals totals, Instant at) {
        relay.hasClosed(new Closed(stream, EndReason.COMPLETED, totals, UsageSource.AGENT, at));
    }

    private JsonNode line() {
        for (var line : metering.audit().path("invariants")) {
            if (line.path("id").asText().equals("I7")) {
                return line;
            }
        }
        throw new AssertionError("no I7");
    }
}
