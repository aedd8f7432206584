package io.weir.streams.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.json.JsonText;
import io.weir.streams.sse.StreamFormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RunPropertyTest {
    @Property(tries = 500, seed = "20261120")
    void anyConflationGivesTheSameTextAndOffsets(
            @ForAll("streams") List<Run> stream,
            @ForAll @IntRange(min = 1, max = 400) int maxPendingBytes,
            @ForAll List<@IntRange(max = 40) Integer> pollSizes) {
        var conflater = new Conflater(maxPendingBytes);
        var out = new ArrayList<Run>();
        int step = 0;
        for (Run run : stream) {
            conflater.offer(run);
            int size = pollSizes.isEmpty() ? 0 : pollSizes.get(step++ % pollSizes.size());
            Run polled = size > 20 ? conflater.poll(size) : null;
            if (polled != null) {
                out.add(polled);
            }
        }
        for (Run run = conflater.poll(1 << 16); run != null; run = conflater.poll(1 << 16)) {
            out.add(run);
        }

        assertThat(RunRecorder.text(out)).isEqualTo(RunRecorder.text(stream));
        assertContiguous(out, stream.getLast().last());
        assertThat(conflater.pendingBytes()).isZero();
        assertThat(conflater.isEmpty()).isTrue();
        assertThat(out.getLast()).isInstanceOf(Run.Terminal.class);
    }

    @Property(tries = 500, seed = "20261120")
    void anyResumePointGivesTheRestOfTheText(
            @ForAll("streams") List<Run> stream, @ForAll @IntRange(max = 200) int point) {
        long after = point % (stream.getLast().last() + 1);
        var before = new ArrayList<Run>();
        var rest = new ArrayList<Run>();
        for (Run run : stream) {
            if (run.last() <= after) {
                before.add(run);
            } else if (run.first() > after) {
                rest.add(run);
            } else {
                Deltas deltas = (Deltas) run;
                rest.add(deltas.after(after));
                before.add(Samples.deltas(run.first(), deltas.type(), deltas.place(), 0, upTo(deltas, after)));
            }
        }

        assertThat(RunRecorder.text(before) + RunRecorder.text(rest)).isEqualTo(RunRecorder.text(stream));
    }

    @Property(tries = 300, seed = "20261120")
    void theCanonicalFormKeepsTextOffsetsAndEventsHoweverItIsSplit(
            @ForAll("streams") List<Run> stream, @ForAll @IntRange(min = 1, max = 64) int chunkSize) {
        ByteBuf out = Unpooled.buffer();
        stream.forEach(run -> CanonicalWriter.write(run, out));
        var recorder = new RunRecorder();
        for (int at = 0; at < out.writerIndex(); at += chunkSize) {
            recorder.feed(out.copy(at, Math.min(chunkSize, out.writerIndex() - at)));
        }

        assertThat(recorder.text()).isEqualTo(RunRecorder.text(stream));
        assertContiguous(recorder.runs(), stream.getLast().last());
        assertThat(recorder.runs()).hasSameSizeAs(stream);
        ByteBuf again = Unpooled.buffer();
        recorder.runs().forEach(run -> CanonicalWriter.write(run, again));
        assertThat(again.toString(StandardCharsets.UTF_8).replaceAll(",\"t\":[0-9]+", ""))
                .isEqualTo(out.toString(StandardCharsets.UTF_8).replaceAll(",\"t\":[0-9]+", ""));
    }

    @Property(tries = 1000, seed = "20261120")
    void anyBytesAreRunsOrATypedError(
            @ForAll @Size(max = 200) byte[] bytes, @ForAll int where, @ForAll boolean damage) {
        byte[] input = bytes;
        if (damage) {
            input = Golden.read("canonical.sse").getBytes(StandardCharsets.UTF_8);
            System.arraycopy(bytes, 0, input, Math.floorMod(where, input.length - bytes.length), bytes.length);
        }
        try {
            new RunRecorder().feed(Unpooled.wrappedBuffer(input));
        } catch (StreamFormatException e) {
            assertThat(e.kind()).isNotNull();
        }
    }

    @Provide
    Arbitrary<List<Run>> streams() {
        return Arbitraries.strings()
                .withChars("ab\"\\\n é€")
                .ofMaxLength(6)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .list()
                .ofMaxSize(25)
                .map(RunPropertyTest::stream);
    }

    /** Text, now and then a thought or an event, and an end. */
    private static List<Run> stream(List<List<String>> pieces) {
        var runs = new ArrayList<Run>();
        runs.add(Samples.json().created(1, 0));
        long next = 2;
        for (List<String> texts : pieces) {
            String[] some = texts.toArray(String[]::new);
            if (some[0].length() == 6) {
                runs.add(Samples.json().partAdded(next, Samples.PLACE, next));
                next++;
            }
            boolean thought = some.length == 4;
            runs.add(Samples.deltas(
                    next,
                    thought ? EventTypes.REASONING_SUMMARY_DELTA : EventTypes.TEXT_DELTA,
                    thought ? Samples.THOUGHT : Samples.PLACE,
                    next,
                    some));
            next += some.length;
        }
        runs.add(Samples.terminal(next, EndReason.COMPLETED));
        return runs;
    }

    private static String[] upTo(Deltas deltas, long offset) {
        String[] pieces = new String[(int) (offset - deltas.first() + 1)];
        for (int i = 0; i < pieces.length; i++) {
            int from = i == 0 ? 0 : deltas.end(i - 1);
            pieces[i] =
                    JsonText.unescape(deltas.text().slice(deltas.text().readerIndex() + from, deltas.end(i) - from));
        }
        return pieces;
    }

    private static void assertContiguous(List<Run> runs, long last) {
        long next = 1;
        for (Run run : runs) {
            assertThat(run.first()).isEqualTo(next);
            next = run.last() + 1;
        }
        assertThat(next - 1).isEqualTo(last);
    }
}
