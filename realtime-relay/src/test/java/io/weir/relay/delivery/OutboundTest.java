package io.weir.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Delivery;
import io.weir.relay.topics.Telling;
import io.weir.relay.topics.ViewerFigures;
import io.weir.relay.topics.Voice;
import io.weir.streams.life.StreamLog;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.render.TopicRenderer;
import io.weir.streams.render.Vocabulary;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What waits for a slow connection. */
class OutboundTest {
    private static final Deltas.Place PLACE = new Deltas.Place("msg_0", 0, 0);

    /** What happens later, as on another loop. */
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();

    private final Recorder recorder = new Recorder();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Story story = new Story();

    @Test
    void keepsOneWriteInFlightAndTheOrder() {
        // Given
        var out = new Outbound<>(recorder, 1 << 20);
        // When
        out.send(new Line("a"));
        out.send(new Line("b"));
        out.send(new Line("c"));
        // Then
        assertThat(recorder.texts()).containsExactly("a");
        recorder.complete();
        assertThat(recorder.texts()).containsExactly("a", "b", "c");
        assertThat(recorder.writes).as("what waits goes out in one write").isEqualTo(2);
    }

    @Test
    void mergesTheDeltasThatWaitAndLosesNothing() {
        // Given
        var out = new Outbound<>(recorder, 1 << 20);
        var tail = story.tail(0);
        // When
        for (int i = 1; i <= 1000; i++) {
            out.live(tail, story.tell("w" + i + " "));
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
    void countsHowDeltasBecomeFramesAndHowFarAViewerIsBehind() {
        // Given a viewer that was there from the start, and one that comes in the middle
        var out = new Outbound<>(recorder, 1 << 20);
        var tail = story.tail(0);
        // When a hundred deltas come while the first is being written
        for (int i = 1; i <= 101; i++) {
            out.live(tail, story.tell("w" + i + " "));
        }
        recorder.complete();
        // Then the first write has left it a hundred behind
        var lag = meters.get("relay.viewer.lag").summary();
        assertThat(lag.count()).isEqualTo(1);
        assertThat(lag.max()).isEqualTo(100);
        recorder.completeAll();
        assertThat(lag.count()).isEqualTo(2);
        assertThat(lag.totalAmount()).isEqualTo(100);
        assertThat(meters.get("relay.viewer.deltas").functionCounter().count()).isEqualTo(101);
        assertThat(meters.get("relay.viewer.frames").functionCounter().count()).isEqualTo(2);
        assertThat(meters.get("relay.viewer.conflation").gauge().value()).isEqualTo(50.5);
        var firstText = meters.get("relay.viewer.first.text").timer();
        assertThat(firstText.count()).isEqualTo(1);
        // And a snapshot is nobody's first text
        var late = story.tail(0);
        out.snapshot(late, story.snapshot());
        out.live(late, story.tell("late"));
        recorder.completeAll();
        assertThat(firstText.count()).isEqualTo(1);
    }

    @Test
    void tellsNothingTwice() {
        // Given a subscriber that has the first five
        var out = new Outbound<>(recorder, 1 << 20);
        List<Voice.Said> said = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            said.add(story.tell("w" + i + " "));
        }
        var tail = story.tail(5);
        // When
        said.forEach(one -> out.live(tail, one));
        recorder.completeAll();
        // Then
        assertThat(recorder.text()).isEqualTo("w6 w7 w8 ");
    }

    @Test
    void announcesWhatHasNoRoomAndTellsItFromTheLog() {
        // Given a connection that takes nothing, and a bound that the merged text does not fit
        var out = new Outbound<>(recorder, 20_000);
        var tail = story.tail(0);
        // When
        for (int i = 1; i <= 4000; i++) {
            out.live(tail, story.tell("word " + i + " — "));
            assertThat(out.waitingBytes()).isLessThan(20_000);
        }
        // Then one more comes while it catches up, and the end
        recorder.complete();
        recorder.complete();
        out.live(tail, story.tell("late"));
        out.live(tail, story.end());
        recorder.completeAll();
        List<String> gaps = recorder.texts().stream()
                .filter(text -> text.startsWith("weir.gap"))
                .toList();
        assertThat(gaps).hasSize(1);
        assertThat(gaps.getFirst()).contains("\"from\":2,").contains("\"to\":4000");
        assertThat(recorder.text()).isEqualTo(story.text());
        assertThat(recorder.texts().getLast()).startsWith("end ");
        assertThat(recorder.closed).as("no disconnect").isZero();
    }

    @Test
    void boundsWhatWaitsOfAllStreamsTogether() {
        // Given
        var out = new Outbound<>(recorder, 20_000);
        List<Story> stories = new ArrayList<>();
        List<Tail<Line>> tails = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stories.add(new Story());
            tails.add(stories.get(i).tail(0));
        }
        // When
        for (int word = 0; word < 300; word++) {
            for (int i = 0; i < 20; i++) {
                out.live(tails.get(i), stories.get(i).tell("word " + word + " "));
                assertThat(out.waitingBytes()).isLessThan(20_000);
            }
        }
        recorder.completeAll();
        // Then
        int length = stories.stream().mapToInt(one -> one.text().length()).sum();
        assertThat(recorder.text()).hasSize(length);
    }

    @Test
    void resumesFromTheLogBehindAnOffset() {
        // Given
        var out = new Outbound<>(recorder, 1 << 20);
        for (int i = 1; i <= 10; i++) {
            story.tell("w" + i + " ");
        }
        // When
        List<String> before = new ArrayList<>();
        out.resume(story.tail(7), () -> before.add(recorder.text()));
        recorder.completeAll();
        // Then
        assertThat(before).as("told once, when all was given").containsExactly("w8 w9 w10 ");
        assertThat(recorder.text()).isEqualTo("w8 w9 w10 ");
        assertThat(recorder.texts()).noneMatch(text -> text.startsWith("weir.gap"));
    }

    @Test
    void saysSoWhereTheLogIsNotHereAnyMore() {
        // Given
        var out = new Outbound<>(recorder, 1 << 20);
        story.tell("one");
        story.evicted = true;
        // When
        List<String> then = new ArrayList<>();
        out.resume(story.tail(0), () -> then.add("others"));
        recorder.completeAll();
        // Then
        assertThat(recorder.texts())
                .singleElement()
                .asString()
                .startsWith("weir.gap ")
                .contains("\"from\":1}");
        assertThat(then).containsExactly("others");
    }

    @Test
    void putsASnapshotInThePlaceOfWhatWaits() {
        // Given
        var out = new Outbound<>(recorder, 1 << 20);
        var tail = story.tail(0);
        out.send(new Line("busy"));
        out.live(tail, story.tell("one"));
        out.live(tail, story.tell(" two"));
        // When
        out.snapshot(tail, story.snapshot());
        out.live(tail, story.tell(" three"));
        recorder.completeAll();
        // Then
        assertThat(recorder.texts()).hasSize(3);
        assertThat(recorder.texts().get(1)).contains("one two").contains("\"snapshot\":true");
        assertThat(recorder.texts().get(2)).contains("\" three\"");
    }

    @Test
    void reportsWhatWasWrittenToWhoWantsToKnow() {
        // Given
        var out = new Outbound<>(recorder, 1 << 20);
        var tail = story.tail(0);
        // When
        out.live(tail, story.tell("one"));
        assertThat(story.deliveries).isEmpty();
        recorder.complete();
        out.live(tail, story.tell("two"));
        recorder.complete();
        // Then
        assertThat(story.deliveries).containsExactly(tail);
        assertThat(tail.delivered()).isEqualTo(2);
        tail.collected();
        out.live(tail, story.tell("three"));
        recorder.complete();
        assertThat(story.deliveries).containsExactly(tail, tail);
    }

    @Test
    void closesAConnectionThatLetsTooManyBroadcastsWait() {
        // Given
        var out = new Outbound<>(recorder, 1000);
        // When
        for (int i = 0; i < 40; i++) {
            out.send(new Line("x".repeat(100)));
        }
        // Then
        assertThat(recorder.closed).isEqualTo(1013);
    }

    private record Line(String text) implements Frame {
        @Override
        public int weight() {
            return text.length() + 64;
        }
    }

    /** A stream with its log. */
    private final class Story implements Telling {
        private final StreamLog log = new StreamLog(50 << 20);
        private final Voice voice;
        private final List<Delivery> deliveries = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private final ViewerFigures figures = new ViewerFigures(meters);
        private final long openedNanos = System.nanoTime();
        private boolean evicted;

        Story() {
            var stream = new StreamId(new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0001L));
            voice = new Voice(stream, TopicRenderer.of(Vocabulary.SESSION, stream, "demo", "m"));
            log.open(1);
        }

        Tail<Line> tail(long cursor) {
            Tail.Encoder<Line> encoder = broadcast ->
                    new Line(broadcast.event() + " " + new String(broadcast.payload(), StandardCharsets.UTF_8));
            return new Tail<>(this, encoder, "ada", cursor);
        }

        Voice.Said tell(String words) {
            text.append(words);
            ByteBuf bytes = Unpooled.wrappedBuffer(words.getBytes(StandardCharsets.UTF_8));
            return said(Deltas.one(log.head() + 1, EventTypes.TEXT_DELTA, PLACE, bytes, 0, 0));
        }

        Voice.Said end() {
            return said(new ResponseJson(voice.stream(), "demo")
                    .terminal(
                            log.head() + 1,
                            EndReason.COMPLETED,
                            Totals.counted(1, 1),
                            UsageSource.COUNTED,
                            ResponseJson.output(PLACE, Unpooled.EMPTY_BUFFER, EndReason.COMPLETED),
                            null,
                            0));
        }

        private Voice.Said said(Run run) {
            log.append(1, run);
            List<Broadcast> broadcasts = voice.render(run);
            return new Voice.Said(run, broadcasts);
        }

        Voice.Said snapshot() {
            return voice.snapshot(log.snapshot().orElseThrow());
        }

        String text() {
            return text.toString();
        }

        @Override
        public Voice voice() {
            return voice;
        }

        @Override
        public void read(long after, int maxBytes, Consumer<Optional<Reading>> answer) {
            later.add(() -> answer.accept(evicted ? Optional.empty() : Optional.of(log.read(after, maxBytes))));
        }

        @Override
        public ViewerFigures figures() {
            return figures;
        }

        @Override
        public long openedNanos() {
            return openedNanos;
        }

        @Override
        public boolean wantsDeliveries() {
            return true;
        }

        @Override
        public void delivered(Delivery delivery) {
            deliveries.add(delivery);
        }
    }

    private final class Recorder implements Outbound.Transport<Line> {
        private final List<Line> frames = new ArrayList<>();
        private final ArrayDeque<Outbound.Done> open = new ArrayDeque<>();
        private int closed;
        private int writes;

        @Override
        public void write(List<Line> lines, Outbound.Done done) {
            writes++;
            frames.addAll(lines);
            open.add(done);
        }

        @Override
        public void close(int code, String reason) {
            closed = code;
        }

        boolean complete() {
            Runnable answer = later.poll();
            if (answer != null) {
                answer.run();
            }
            Outbound.Done done = open.poll();
            if (done != null) {
                done.written(true);
            }
            return done != null || answer != null;
        }

        void completeAll() {
            while (complete()) {
                // One after the other.
            }
        }

        List<String> texts() {
            return frames.stream().map(Line::text).toList();
        }

        /** The text of all tokens; a snapshot replaces. */
        String text() {
            var text = new StringBuilder();
            for (String line : texts()) {
                if (line.startsWith("token ")) {
                    int from = line.indexOf("\"text\":\"") + 8;
                    text.append(line, from, line.indexOf("\",\"done\"", from));
                }
            }
            return text.toString();
        }
    }
}
