package io.weir.relay.phoenix;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Voice;
import io.weir.streams.render.TopicRenderer;
import io.weir.streams.render.Vocabulary;
import io.weir.streams.run.Deltas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What waits for a slow socket. */
class OutboundTest {
    private static final Deltas.Place PLACE = new Deltas.Place("msg_0", 0, 0);

    private final Recorder recorder = new Recorder();
    private final Voice voice = voice();

    @Test
    void keepsOneWriteInFlightAndTheOrder() {
        // Given
        var out = new Outbound(recorder, 1 << 20);
        // When
        out.send(new ServerFrame.Text("a"));
        out.send(new ServerFrame.Text("b"));
        out.send(new ServerFrame.Text("c"));
        // Then
        assertThat(recorder.texts()).containsExactly("a");
        recorder.complete();
        recorder.complete();
        assertThat(recorder.texts()).containsExactly("a", "b", "c");
    }

    @Test
    void mergesTheDeltasThatWaitAndLosesNothing() {
        // Given
        var out = new Outbound(recorder, 1 << 20);
        var tail = new Outbound.Tail(
                voice,
                broadcast -> new ServerFrame.Text(new String(broadcast.payload(), StandardCharsets.UTF_8)),
                1 << 20);
        // When
        for (int i = 1; i <= 1000; i++) {
            out.send(tail, said(i, "w" + i + " "));
        }
        // Then
        assertThat(recorder.texts()).hasSize(1);
        while (recorder.complete()) {
            // Writes what waited.
        }
        assertThat(recorder.texts()).hasSize(2);
        assertThat(recorder.texts().get(1))
                .contains("\"offset\":1000")
                .contains("w2 w3")
                .contains("w1000 ");
    }

    @Test
    void closesASocketThatLetsTooManyBroadcastsWait() {
        // Given
        var out = new Outbound(recorder, 1000);
        // When
        for (int i = 0; i < 40; i++) {
            out.send(new ServerFrame.Text("x".repeat(100)));
        }
        // Then
        assertThat(recorder.closed).isEqualTo(1013);
    }

    private Voice.Said said(long offset, String text) {
        ByteBuf bytes = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        Deltas run = Deltas.one(offset, EventTypes.TEXT_DELTA, PLACE, bytes, 0, 0);
        List<Broadcast> broadcasts = voice.render(run);
        return new Voice.Said(run, broadcasts);
    }

    private static Voice voice() {
        var stream = new StreamId(new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0001L));
        return new Voice(stream, TopicRenderer.of(Vocabulary.SESSION, stream, "demo", "m"));
    }

    private static final class Recorder implements Outbound.Transport {
        private final List<ServerFrame> frames = new ArrayList<>();
        private final ArrayDeque<Outbound.Done> open = new ArrayDeque<>();
        private int closed;

        @Override
        public void write(ServerFrame frame, Outbound.Done done) {
            frames.add(frame);
            open.add(done);
        }

        @Override
        public void close(int code, String reason) {
            closed = code;
        }

        boolean complete() {
            Outbound.Done done = open.poll();
            if (done != null) {
                done.written(true);
            }
            return done != null;
        }

        List<String> texts() {
            return frames.stream()
                    .map(frame -> frame instanceof ServerFrame.Text(String text) ? text : "binary")
                    .toList();
        }
    }
}
