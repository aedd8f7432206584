package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.append.AppendFrame.Why;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs: appended by gateways, read by offset. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class StreamLogTest {
    private static final String[] WORDS = {"Once", " upon", " a", " \\\"weir\\\"", " é", "."};
    private static final String TEXT = "Once upon a \\\"weir\\\" é.";

    @TestHTTPResource("/")
    URI base;

    private EventsClient events;

    @BeforeEach
    void client() {
        events = new EventsClient(base);
    }

    @Test
    void appendsInOrderAndNacksGaps() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            assertThat(gateway.open(stream, 1, TestGateway.header("ada", "order", null)))
                    .isZero();
            // When
            gateway.append(stream, 1, TestGateway.delta(1, "a"));
            gateway.awaitAck(1);
            gateway.append(stream, 1, TestGateway.delta(3, "c"));
            // Then
            assertThat(gateway.next(AppendFrame.Nack.class).head()).isEqualTo(1);
            gateway.append(stream, 1, TestGateway.delta(1, "a"));
            gateway.append(stream, 1, TestGateway.delta(2, "b"));
            gateway.append(stream, 1, TestGateway.terminal(stream, 3, EndReason.COMPLETED, "ab"));
            gateway.awaitAck(3);
            assertThat(events.read(stream, "ada", 0).cursor().text()).isEqualTo("ab");
        }
    }

    @Test
    void takesSeveralFramesInOneMessage() {
        // Given two streams of one gateway
        StreamId one = TestGateway.newStream();
        StreamId other = TestGateway.newStream();
        try (var gateway = TestGateway.knowing(base, "batches")) {
            gateway.open(one, 1, TestGateway.header("ada", "together", null));
            gateway.open(other, 1, TestGateway.header("ada", "apart", null));
            // When
            gateway.sendTogether(List.of(
                    new AppendFrame.Append(one, 1, TestGateway.delta(1, "a")),
                    new AppendFrame.Append(other, 1, TestGateway.delta(1, "x")),
                    new AppendFrame.Append(one, 1, TestGateway.delta(2, "b")),
                    new AppendFrame.Append(one, 1, TestGateway.terminal(one, 3, EndReason.COMPLETED, "ab")),
                    new AppendFrame.Append(other, 1, TestGateway.terminal(other, 2, EndReason.COMPLETED, "x"))));
            // Then all count, in their order, and are acknowledged
            long ones = 0;
            long others = 0;
            while (ones < 3 || others < 2) {
                AppendFrame.Ack ack = gateway.next(AppendFrame.Ack.class);
                ones = ack.stream().equals(one) ? ack.last() : ones;
                others = ack.stream().equals(other) ? ack.last() : others;
            }
            assertThat(events.read(one, "ada", 0).cursor().text()).isEqualTo("ab");
            assertThat(events.read(other, "ada", 0).cursor().text()).isEqualTo("x");
        }
    }

    @Test
    void goesOnBehindTheHeadAfterAReconnect() {
        // Given
        StreamId stream = TestGateway.newStream();
        var header = TestGateway.header("ada", "reconnect", null);
        try (var first = new TestGateway(base)) {
            first.open(stream, 1, header);
            first.append(stream, 1, TestGateway.delta(1, "a"));
            first.awaitAck(1);
        }
        // When
        try (var second = new TestGateway(base)) {
            long head = second.open(stream, 1, header);
            // Then
            assertThat(head).isEqualTo(1);
            second.append(stream, 1, TestGateway.terminal(stream, 2, EndReason.COMPLETED, "a"));
            second.awaitAck(2);
        }
        assertThat(events.read(stream, "ada", 0).cursor().terminal()).isPresent();
    }

    @Test
    void refusesAnOlderEpoch() {
        // Given
        StreamId stream = TestGateway.newStream();
        var header = TestGateway.header("ada", "zombie", null);
        try (var old = new TestGateway(base);
                var young = new TestGateway(base)) {
            old.open(stream, 1, header);
            young.open(stream, 2, header);
            // When
            old.append(stream, 1, TestGateway.delta(1, "zombie"));
            // Then
            assertThat(old.next(AppendFrame.Refused.class).why()).isEqualTo(Why.STALE_EPOCH);
            young.append(stream, 2, TestGateway.delta(1, "true"));
            young.append(stream, 2, TestGateway.terminal(stream, 2, EndReason.COMPLETED, "true"));
            young.awaitAck(2);
        }
        assertThat(events.read(stream, "ada", 0).cursor().text()).isEqualTo("true");
    }

    @Test
    void refusesWhatIsNotOpen() {
        try (var gateway = new TestGateway(base)) {
            // When
            gateway.append(TestGateway.newStream(), 1, TestGateway.delta(1, "a"));
            // Then
            assertThat(gateway.next(AppendFrame.Refused.class).why()).isEqualTo(Why.NOT_OPEN);
        }
    }

    @Test
    void letsOnlyServicesAppend() {
        Assertions.assertThatThrownBy(() -> new TestGateway(base, Tokens.user("ada")))
                .isInstanceOf(CompletionException.class);
        Assertions.assertThatThrownBy(() -> new TestGateway(base, Tokens.forged("gateway")))
                .isInstanceOf(CompletionException.class);
    }

    @Test
    void resumesAtEveryOffset() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "resume", "Tell me a story"));
            gateway.tell(stream, 1, EndReason.COMPLETED, WORDS);
        }
        for (int after = 0; after < WORDS.length + 1; after++) {
            // When
            var told = events.read(stream, "ada", after);
            // Then
            assertThat(told.status()).isEqualTo(200);
            assertThat(told.contentType()).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(told.body()).startsWith(": connected\n\n");
            assertThat(text(told)).isEqualTo(String.join("", java.util.Arrays.copyOfRange(WORDS, after, WORDS.length)));
            assertThat(told.body()).contains("event: response.completed");
        }
        assertThat(events.read(stream, "ada", WORDS.length + 1).status()).isEqualTo(204);
    }

    /** The text of the deltas, whatever offset they begin at. */
    private static String text(EventsClient.Told told) {
        var text = new StringBuilder();
        told.body()
                .lines()
                .filter(line -> line.contains("response.output_text.delta") && line.startsWith("data:"))
                .forEach(line -> {
                    int from = line.indexOf("\"delta\":\"") + 9;
                    text.append(line, from, line.indexOf("\",\"logprobs\"", from));
                });
        return text.toString();
    }

    @Test
    void showsTheTruthToAReaderThatSawMore() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "more", null));
            gateway.tell(stream, 1, EndReason.COMPLETED, WORDS);
        }
        // When
        var told = events.read(stream, "ada", 99);
        // Then
        assertThat(told.ours())
                .singleElement()
                .asString()
                .startsWith("weir.truncated")
                .contains("6");
        assertThat(told.snapshots()).containsExactly(TEXT);
        assertThat(told.cursor().terminal()).isPresent();
    }

    @Test
    void followsAnOpenLogForSeveralReaders() throws Exception {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "live", null));
            gateway.append(stream, 1, TestGateway.delta(1, WORDS[0]));
            gateway.awaitAck(1);
            // When
            var early = events.readLater(stream, "ada", 0);
            var late = events.readLater(stream, "ada", 1);
            var ahead = events.readLater(stream, "ada", 3);
            while (gateway.next(AppendFrame.Watchers.class).count() < 3) {
                // Readers come one by one.
            }
            for (int i = 1; i < WORDS.length; i++) {
                gateway.append(stream, 1, TestGateway.delta(i + 1, WORDS[i]));
            }
            gateway.append(stream, 1, TestGateway.terminal(stream, WORDS.length + 1, EndReason.COMPLETED, TEXT));
            // Then
            assertThat(text(early.get(10, TimeUnit.SECONDS))).isEqualTo(TEXT);
            assertThat(text(late.get(10, TimeUnit.SECONDS))).isEqualTo(TEXT.substring(WORDS[0].length()));
            assertThat(text(ahead.get(10, TimeUnit.SECONDS))).isEqualTo(WORDS[3] + WORDS[4] + WORDS[5]);
        }
    }

    @Test
    void keepsAWaitingReaderAliveAndReleasesOneThatIsGone() throws IOException, InterruptedException {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "wait", null));
            // When
            var body = events.open(stream, Tokens.user("ada"), 0);
            byte[] first = body.readNBytes(60);
            // Then
            assertThat(new String(first, StandardCharsets.UTF_8)).startsWith(": connected\n\n: heartbeat\n\n");
            assertThat(gateway.next(AppendFrame.Watchers.class).count()).isZero();
            assertThat(gateway.next(AppendFrame.Watchers.class).count()).isEqualTo(1);
            // When the reader goes
            body.close();
            // Then
            assertThat(gateway.next(AppendFrame.Watchers.class).count()).isZero();
            gateway.append(stream, 1, TestGateway.terminal(stream, 1, EndReason.CANCELLED, ""));
            gateway.awaitAck(1);
        }
    }

    @Test
    void speaksNdjson() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "ndjson", null));
            gateway.tell(stream, 1, EndReason.COMPLETED, WORDS);
        }
        // When
        var response = events.get(events.request("/v1/streams/" + stream + "/events?after=0")
                .header("Authorization", "Bearer " + Tokens.user("ada"))
                .header("Accept", "application/x-ndjson")
                .build());
        // Then
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-ndjson; charset=utf-8");
        assertThat(response.body().lines().filter(line -> line.startsWith("{"))).isNotEmpty();
        assertThat(response.body()).doesNotContain("data:").contains("response.completed");
    }

    @Test
    void refusesWhatMayNotBeRead() {
        // Given
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "private", null));
            gateway.tell(stream, 1, EndReason.COMPLETED, WORDS);
        }
        String path = "/v1/streams/" + stream + "/events";
        // Then
        assertThat(events.read(stream, "eve", 0).status()).isEqualTo(404);
        assertThat(status(path + "?after=0", Tokens.user("eve"))).isEqualTo(404);
        assertThat(status(path + "?after=0", Tokens.foreigner("ada"))).isEqualTo(404);
        assertThat(status(path + "?after=x", Tokens.user("ada"))).isEqualTo(400);
        assertThat(status(path + "?after=-1", Tokens.user("ada"))).isEqualTo(400);
        assertThat(status(path + "?after=0", Tokens.expired("ada"))).isEqualTo(401);
        assertThat(status(path + "?after=0", "nonsense")).isEqualTo(401);
        assertThat(status("/v1/streams/no-id/events", Tokens.user("ada"))).isEqualTo(404);
        assertThat(status("/v1/streams/" + java.util.UUID.randomUUID() + "/events", Tokens.user("ada")))
                .isEqualTo(404);
        assertThat(status(path + "?after=0", Tokens.user("ada"))).isEqualTo(200);
    }

    private int status(String path, String bearer) {
        return events.get(events.request(path)
                        .header("Authorization", "Bearer " + bearer)
                        .build())
                .statusCode();
    }
}
