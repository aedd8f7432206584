package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.append.AppendFrame.Why;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A gateway is lost: metering judges, and only then the log ends. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class FenceTest {
    private static final String ORPHANED = "{\"epoch\":2,\"reason\":\"orphaned\",\"totals\":{\"input\":3,\"cached\":0,"
            + "\"cacheWrite\":0,\"output\":5,\"reasoning\":0},\"chargeMicro\":\"12\"}";

    private static final String COMPLETED = ORPHANED.replace("orphaned", "completed");

    @TestHTTPResource("/")
    URI base;

    @Test
    void endsALostStreamAsMeteringSays() throws Exception {
        // Given
        var metering = Shared.metering();
        var events = new EventsClient(base);
        StreamId stream = TestGateway.newStream();
        var header = TestGateway.header("fenced", "fenced", "Where are you?");
        try (var client = PhoenixClient.v2(base)) {
            client.join("session:fenced", "6", Tokens.user("fenced"));
            try (var gateway = new TestGateway(base)) {
                gateway.open(stream, 1, header);
                gateway.append(stream, 1, TestGateway.delta(1, "I was"));
                gateway.awaitAck(1);
            }
            var reader = events.readLater(stream, "fenced", 0);
            var ahead = events.readLater(stream, "fenced", 9);
            // When metering is away, the relay waits
            await(() -> metering.asked(stream.toString()) >= 2);
            assertThat(reader).isNotDone();
            // When the lease still runs, it asks again later
            metering.answer(stream.toString(), 409, "{\"leaseRemainingMs\":400}");
            long asked = metering.asked(stream.toString());
            await(() -> metering.asked(stream.toString()) > asked + 1);
            assertThat(reader).isNotDone();
            // When the stream is settled
            metering.answer(stream.toString(), 200, ORPHANED);
            // Then
            var told = reader.get(10, TimeUnit.SECONDS);
            assertThat(told.cursor().text()).isEqualTo("I was");
            assertThat(told.body())
                    .contains("event: response.failed")
                    .contains("orphaned")
                    .contains("\"output_tokens\":5");
            // Who waited beyond the end, having seen more of it elsewhere, is told what stands
            var corrected = ahead.get(10, TimeUnit.SECONDS);
            assertThat(corrected.ours()).singleElement().asString().startsWith("weir.truncated");
            assertThat(corrected.cursor().text()).isEqualTo("I was");
            assertThat(corrected.body()).contains("event: response.failed");
            assertThat(client.next("|error|"))
                    .contains("\"reason\":\"orphaned\"")
                    .contains("\"offset\":2");
        }
        // Then the old gateway comes too late
        try (var zombie = new TestGateway(base)) {
            zombie.send(new AppendFrame.Open(stream, 1, header));
            assertThat(zombie.next(AppendFrame.Refused.class).why()).isEqualTo(Why.ENDED);
            zombie.append(stream, 1, TestGateway.delta(2, " here"));
            assertThat(zombie.next(AppendFrame.Refused.class).why()).isEqualTo(Why.ENDED);
        }
        assertThat(events.read(stream, "fenced", 9).ours())
                .singleElement()
                .asString()
                .startsWith("weir.truncated");
    }

    @Test
    void waitsForTheTailOfAStreamThatItsGatewayHasSettled() throws Exception {
        // Given a gateway that settles, and is cut off before the log has the rest
        var metering = Shared.metering();
        StreamId stream = TestGateway.newStream();
        var header = TestGateway.header("tail", "tail", null);
        metering.answer(stream.toString(), 200, COMPLETED);
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, header);
            gateway.append(stream, 1, TestGateway.delta(1, "The"));
            gateway.awaitAck(1);
        }
        var reader = new EventsClient(base).readLater(stream, "tail", 0);
        await(() -> metering.asked(stream.toString()) >= 1);
        assertThat(reader).isNotDone();
        // When it comes back
        try (var gateway = new TestGateway(base)) {
            assertThat(gateway.open(stream, 1, header)).isEqualTo(1);
            gateway.append(stream, 1, TestGateway.delta(2, " tail"));
            gateway.append(stream, 1, TestGateway.terminal(stream, 3, EndReason.COMPLETED, "The tail"));
            gateway.awaitAck(3);
        }
        // Then
        var told = reader.get(10, TimeUnit.SECONDS);
        assertThat(told.cursor().text()).isEqualTo("The tail");
        assertThat(told.body()).contains("event: response.completed");
    }

    @Test
    void endsASettledStreamWhoseTailNobodyBrings() throws Exception {
        // Given
        var metering = Shared.metering();
        StreamId stream = TestGateway.newStream();
        metering.answer(stream.toString(), 200, COMPLETED);
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("short", "short", null));
            gateway.append(stream, 1, TestGateway.delta(1, "The"));
            gateway.awaitAck(1);
        }
        // When
        var told = new EventsClient(base).readLater(stream, "short", 0).get(20, TimeUnit.SECONDS);
        // Then
        assertThat(metering.asked(stream.toString())).isGreaterThanOrEqualTo(2);
        assertThat(told.cursor().text()).isEqualTo("The");
        assertThat(told.body()).contains("event: response.completed").contains("\"output_tokens\":5");
    }

    @Test
    void suspectsNobodyWhoComesBackInTime() {
        // Given
        var metering = Shared.metering();
        StreamId stream = TestGateway.newStream();
        var header = TestGateway.header("back", "back", null);
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, header);
        }
        // When
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, header);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2500));
            // Then: its pongs are enough
            assertThat(metering.asked(stream.toString())).isZero();
            gateway.append(stream, 1, TestGateway.terminal(stream, 1, EndReason.COMPLETED, ""));
            gateway.awaitAck(1);
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 10 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
