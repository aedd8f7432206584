package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamLogs;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.life.ReaderCursor;
import io.weir.streams.run.CanonicalReader;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A log that goes while somebody reads it. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class EvictionTest {
    private static final int PIECES = 40;
    private static final int PIECE_BYTES = 400_000;

    @TestHTTPResource("/")
    URI base;

    @Inject
    StreamLogs logs;

    @Test
    @Timeout(60)
    void goesOnFromTheStoredAnswerWhereALogIsEvictedUnderItsReader() throws IOException, InterruptedException {
        // Given a reader that has stalled in an answer longer than what sockets hold
        StreamId stream = TestGateway.newStream();
        var text = new StringBuilder();
        try (var gateway = new TestGateway(base)) {
            gateway.open(stream, 1, TestGateway.header("ada", "long", null));
            for (int i = 1; i <= PIECES; i++) {
                String piece = String.valueOf((char) ('a' + i % 26)).repeat(PIECE_BYTES);
                text.append(piece);
                gateway.append(stream, 1, TestGateway.delta(i, piece));
            }
            gateway.awaitAck(PIECES);
            try (InputStream body = new EventsClient(base).open(stream, Tokens.user("ada"), 0)) {
                byte[] first = body.readNBytes(1000);
                gateway.append(stream, 1, TestGateway.terminal(stream, PIECES + 1, EndReason.COMPLETED, ""));
                gateway.awaitAck(PIECES + 1);
                // When
                assertThat(logs.forget(stream)).isTrue();
                // Then
                assertThat(read(first, body).text()).isEqualTo(text.toString());
            }
        }
    }

    @Test
    @Timeout(60)
    void storesAnAnswerWhoseLogWasDroppedWhileItWasOpen() {
        StreamId stream = TestGateway.newStream();
        try (var gateway = new TestGateway(base)) {
            // Given
            StreamHeader header = TestGateway.header("ada", "dropped", null);
            gateway.open(stream, 1, header);
            gateway.append(stream, 1, TestGateway.delta(1, "a"));
            gateway.awaitAck(1);

            // When
            LiveStream dropped = logs.find(stream).orElseThrow();
            dropped.loop().run(() -> logs.release(dropped));
            gateway.append(stream, 1, TestGateway.delta(2, "b"));
            assertThat(gateway.next(AppendFrame.Refused.class).why()).isEqualTo(AppendFrame.Why.NOT_OPEN);

            // Then its gateway begins anew, and is told of the end once messages has it
            assertThat(gateway.open(stream, 1, header)).isZero();
            gateway.tell(stream, 1, EndReason.COMPLETED, "a", "b");
        }
    }

    private static Shown read(byte[] first, InputStream rest) throws IOException {
        var shown = new Shown();
        var reader = new CanonicalReader(1 << 26, shown);
        reader.feed(Unpooled.wrappedBuffer(first));
        for (byte[] piece = rest.readNBytes(100_000); piece.length > 0; piece = rest.readNBytes(100_000)) {
            reader.feed(Unpooled.wrappedBuffer(piece));
        }
        reader.end();
        assertThat(shown.cursor.terminal()).isPresent();
        return shown;
    }

    private static final class Shown implements CanonicalReader.Handler {
        private final ReaderCursor cursor = new ReaderCursor();

        String text() {
            return cursor.text();
        }

        @Override
        public void run(Run run) {
            cursor.offer(run);
        }

        @Override
        public void snapshot(Deltas text) {
            cursor.snapshot(text);
        }

        @Override
        public void weir(String type, ByteBuf json) {
            throw new AssertionError(type);
        }
    }
}
