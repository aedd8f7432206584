package io.weir.relay.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.life.StreamLog;
import io.weir.streams.life.StreamLog.Appended;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A log in direct memory gives back what was put in, however it was merged, compacted or rebuilt, and then the memory. */
class DirectRunsTest {
    private static final Place ANSWER = new Place("msg_0", 0, 0);
    private static final Place SECOND = new Place("msg_1", 1, 0);
    private static final String THOUGHT = "response.reasoning_text.delta";

    private final ChunkPool pool = new ChunkPool(1 << 20);

    /** The truth: what each offset brought, and the runs as the gateway has them. */
    private static final class Truth {
        private final List<String> texts = new ArrayList<>();
        private final List<Run> runs = new ArrayList<>();

        long last() {
            return texts.size();
        }

        String after(long offset) {
            return String.join("", texts.subList((int) offset, texts.size()));
        }

        Run add(Run run) {
            runs.add(run);
            for (long offset = run.first(); offset <= run.last(); offset++) {
                texts.add(
                        run instanceof Deltas deltas && deltas.isText()
                                ? deltas.text()
                                        .toString(
                                                start(deltas, offset),
                                                deltas.end((int) (offset - deltas.first())) - start(deltas, offset),
                                                StandardCharsets.UTF_8)
                                : "");
            }
            return run;
        }

        private static int start(Deltas deltas, long offset) {
            return offset == deltas.first() ? 0 : deltas.end((int) (offset - deltas.first()) - 1);
        }
    }

    @Property(tries = 40, seed = "20261128")
    void anyHistoryGivesTheSameTextAtAnyOffset(@ForAll long seed) {
        // Given
        var random = new Random(seed);
        var truth = new Truth();
        long bound = 20_000L + random.nextInt(400_000);
        var log = new StreamLog(new DirectRuns(pool), bound);
        int steps = 1 + random.nextInt(60);
        for (int step = 0; step < steps; step++) {
            // When
            int choice = random.nextInt(20);
            if (choice == 0) {
                log.compact(random.nextInt(100_000));
            } else if (choice == 1) {
                // The log is lost, and its gateway appends again.
                log.release();
                log = new StreamLog(new DirectRuns(pool), bound);
                for (Run run : truth.runs) {
                    log.append(1, run);
                }
            } else {
                Run run = truth.add(run(truth.last() + 1, random));
                assertThat(log.append(1, run)).isEqualTo(new Appended.Ack(truth.last()));
            }
            // Then
            check(log, truth, random);
        }
        truth.add(terminal(truth.last() + 1, 5 + random.nextInt(100_000)));
        log.append(1, truth.runs.getLast());
        check(log, truth, random);
        assertThat(log.terminal().orElseThrow().json()).isEqualTo(((Run.Terminal) truth.runs.getLast()).json());
        log.release();
        assertThat(pool.takenBytes()).isZero();
        pool.trim();
        assertThat(pool.directBytes()).isZero();
    }

    private static void check(StreamLog log, Truth truth, Random random) {
        assertThat(log.head()).isEqualTo(truth.last());
        assertThat(log.snapshot().map(DirectRunsTest::text).orElse("")).isEqualTo(truth.after(0));
        for (int i = 0; i < 3; i++) {
            long after = truth.last() == 0 ? 0 : random.nextLong(truth.last());
            assertThat(read(log, truth, after, 1 + random.nextInt(80_000))).isEqualTo(truth.after(0));
        }
    }

    /** What a reader shows that has everything up to {@code after}: by offset, without a gap. */
    private static String read(StreamLog log, Truth truth, long after, int maxBytes) {
        var shown = new StringBuilder(truth.after(0)
                .substring(0, truth.after(0).length() - truth.after(after).length()));
        long cursor = after;
        while (log.read(cursor, maxBytes) instanceof Reading.Runs(var snapshot, var runs)) {
            if (snapshot.isPresent()) {
                assertThat(snapshot.get().last()).isGreaterThan(cursor);
                shown.setLength(0);
                shown.append(text(snapshot.get()));
                cursor = snapshot.get().last();
            }
            for (Run run : runs) {
                assertThat(run.first()).isEqualTo(cursor + 1);
                cursor = run.last();
                shown.append(run instanceof Deltas deltas && deltas.isText() ? text(deltas) : "");
            }
        }
        assertThat(cursor).isEqualTo(truth.last());
        return shown.toString();
    }

    private static Run run(long first, Random random) {
        if (random.nextInt(8) == 0) {
            return new Run.Event(
                    first, "response.output_item.done", Unpooled.wrappedBuffer(new byte[random.nextInt(300)]), first);
        }
        boolean thought = random.nextInt(6) == 0;
        boolean large = random.nextInt(12) == 0;
        int[] ends = new int[1 + random.nextInt(large ? 3_000 : 12)];
        var text = new StringBuilder();
        for (int i = 0; i < ends.length; i++) {
            for (int letters = random.nextInt(large ? 40 : 9); letters > 0; letters--) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            ends[i] = text.length();
        }
        return Deltas.of(
                first,
                thought ? THOUGHT : EventTypes.TEXT_DELTA,
                random.nextInt(10) == 0 ? SECOND : ANSWER,
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8),
                ends,
                first,
                first);
    }

    private static Run.Terminal terminal(long offset, int bytes) {
        return new Run.Terminal(
                offset,
                EndReason.COMPLETED,
                Totals.counted(1, offset),
                UsageSource.AGENT,
                Unpooled.wrappedBuffer(new byte[bytes]),
                offset);
    }

    private static String text(Deltas deltas) {
        return deltas.text().toString(StandardCharsets.UTF_8);
    }

    @Test
    void compactsTheOldestFifthAboveTheBoundAndNothingAtIt() {
        // Given a log that is exactly at its bound
        var runs = new DirectRuns(pool);
        fill(new StreamLog(runs, Long.MAX_VALUE), 40);
        long bound = runs.weight();
        var log = new StreamLog(new DirectRuns(pool), bound);
        fill(log, 40);
        assertThat(log.weight()).isEqualTo(bound);
        assertThat(log.compacted()).isZero();
        // When it goes beyond
        long offset = log.head();
        while (log.weight() <= bound && log.compacted() == 0) {
            log.append(1, words(++offset, 30_000));
        }
        // Then about a fifth is text without cuts, and everything is still there
        long perRun = 30_000;
        assertThat(log.compacted() * perRun).isBetween(bound / 5 - 2 * perRun, bound / 5 + 2 * perRun);
        assertThat(log.snapshot().orElseThrow().text().readableBytes()).isEqualTo((int) (offset * perRun));
    }

    @Test
    void keepsAllOfATextThatIsLongerThanTheBound() {
        // Given
        var log = new StreamLog(new DirectRuns(pool), 200_000);
        // When
        fill(log, 20);
        // Then
        assertThat(log.snapshot().orElseThrow().text().readableBytes()).isEqualTo(600_000);
        assertThat(log.read(0, 1000)).isInstanceOfSatisfying(Reading.Runs.class, reading -> {
            assertThat(reading.snapshot()).isPresent();
            assertThat(reading.snapshot().get().last()).isEqualTo(log.compacted());
        });
    }

    @Test
    void givesMemoryBackWhileItCompacts() {
        // Given thoughts, which a snapshot does not keep
        var log = new StreamLog(new DirectRuns(pool), Long.MAX_VALUE);
        for (int offset = 1; offset <= 100; offset++) {
            log.append(1, Deltas.one(offset, THOUGHT, ANSWER, Unpooled.wrappedBuffer(new byte[10_000]), 0, 0));
        }
        long before = pool.takenBytes();
        // When
        log.compact(900_000);
        // Then
        assertThat(before).isGreaterThan(1_000_000);
        assertThat(pool.takenBytes()).isLessThan(250_000);
    }

    @Test
    void keepsFreedChunksForTheNextLogWithinABound() {
        // Given
        var small = new ChunkPool(8 * 1024);
        var chunks = List.of(small.take(4096), small.take(4096), small.take(4096));
        // When
        chunks.forEach(small::give);
        // Then
        assertThat(small.takenBytes()).isZero();
        assertThat(small.directBytes()).isEqualTo(8 * 1024);
        assertThat(small.take(4096)).isIn(chunks);
        assertThat(small.directBytes()).isEqualTo(8 * 1024);
    }

    private static void fill(StreamLog log, int count) {
        for (int offset = 1; offset <= count; offset++) {
            log.append(1, words(offset, 30_000));
        }
    }

    private static Deltas words(long offset, int bytes) {
        return Deltas.one(offset, EventTypes.TEXT_DELTA, ANSWER, Unpooled.wrappedBuffer(new byte[bytes]), 0, offset);
    }
}
