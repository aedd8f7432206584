package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.run.Deltas;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The figures of {@code /q/metrics} after real traffic. One relay serves all tests: what counts is how they change. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class MetricsTest {
    private static final Deltas.Place PLACE = new Deltas.Place("msg_0", 0, 0);
    private static final int MERGED = 40;

    @TestHTTPResource("/")
    URI base;

    @Test
    void saysWhatViewersGetAndWhatLogsTake() {
        // Given
        try (var gateway = new TestGateway(base);
                var socket = PhoenixClient.v2(base);
                var reader = new TopicFollower(base, "session:measured", "", Tokens.user("ada"), "", false)) {
            socket.join("session:measured", "1", Tokens.user("ada"));
            reader.awaitHeartbeat();
            reader.awaitHeartbeat();
            double deltas = metric("relay_viewer_deltas_total");
            double frames = metric("relay_viewer_frames_total");
            double writes = metric("relay_viewer_lag_offsets_count");
            double first = metric("relay_viewer_first_text_seconds_count");
            double waited = metric("relay_viewer_first_text_seconds_sum");
            double logs = metric("relay_logs");
            double bytes = metric("relay_logs_bytes");
            double open = metric("relay_logs_open");
            // When a delta comes, and then a run of many
            StreamId stream = newest();
            gateway.open(stream, 1, TestGateway.header("ada", "measured", null));
            gateway.append(stream, 1, TestGateway.delta(1, "First"));
            reader.next("token");
            socket.next("|token|");
            gateway.append(stream, 1, merged(2));
            reader.next("token");
            socket.next("|token|");
            // Then two viewers were told all of them, in two frames each
            Waiting.until(20, () -> metric("relay_viewer_lag_offsets_count") >= writes + 4);
            assertThat(metric("relay_viewer_deltas_total") - deltas).isEqualTo(2 * (1 + MERGED));
            assertThat(metric("relay_viewer_frames_total") - frames).isEqualTo(4);
            assertThat(metric("relay_viewer_conflation")).isGreaterThan(1);
            assertThat(metric("relay_viewer_lag_offsets_max")).isGreaterThanOrEqualTo(0);
            assertThat(metric("relay_viewer_first_text_seconds_count") - first).isEqualTo(2);
            assertThat(metric("relay_viewer_first_text_seconds_sum") - waited).isPositive();
            assertThat(metric("relay_logs") - logs).isEqualTo(1);
            assertThat(metric("relay_logs_open") - open).isEqualTo(1);
            assertThat(metric("relay_logs_bytes")).isGreaterThan(bytes);
            assertThat(metric("relay_logs_bytes_average")).isEqualTo(metric("relay_logs_bytes") / metric("relay_logs"));
            assertThat(metric("relay_logs_oldest_seconds")).isPositive();
            // When somebody comes later, the text so far is no first text
            try (var late = new TopicFollower(base, "session:measured", "", Tokens.user("ada"), "", false)) {
                assertThat(late.next("token").payload().getBoolean("snapshot")).isTrue();
                gateway.append(stream, 1, TestGateway.delta(MERGED + 2L, "Last"));
                late.next("token");
                reader.next("token");
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, MERGED + 3L, EndReason.COMPLETED, "x"));
            gateway.awaitAck(MERGED + 3L);
            assertThat(metric("relay_viewer_first_text_seconds_count") - first).isEqualTo(2);
            assertThat(metric("relay_logs_open")).isEqualTo(open);
        }
    }

    /** Of a clock that is a little ahead: also on a busy machine its log is opened as one that is just beginning. */
    private static StreamId newest() {
        return StreamId.next(Clock.offset(Clock.systemUTC(), Duration.ofMillis(1400)), ThreadLocalRandom.current());
    }

    private static Deltas merged(long first) {
        ByteBuf text = Unpooled.copiedBuffer("w".repeat(MERGED), StandardCharsets.UTF_8);
        int[] ends = new int[MERGED];
        for (int i = 0; i < MERGED; i++) {
            ends[i] = i + 1;
        }
        return Deltas.of(first, EventTypes.TEXT_DELTA, PLACE, text, ends, 5, MERGED);
    }

    /** The value of a metric without labels. */
    private double metric(String name) {
        var http = new EventsClient(base);
        return http.get(http.request("/q/metrics").build())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }
}
