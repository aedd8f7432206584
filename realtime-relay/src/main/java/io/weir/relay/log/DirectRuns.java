package io.weir.relay.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.life.RunStore;
import io.weir.streams.life.StreamLog;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log's runs in direct memory of its own. What is added is copied in, what is read is copied out, so no reference to this
 * memory leaves this class. Consecutive deltas at one place are one segment: for each run that came its number of deltas,
 * their lengths, then their text. Single-threaded.
 */
final class DirectRuns implements RunStore {
    /** A segment is read from its beginning, so that it must not become long. */
    private static final int MAX_SEGMENT_BYTES = 32 * 1024;

    private static final int MAX_SEGMENT_DELTAS = 4096;
    /** What a segment costs on the heap. */
    private static final int SEGMENT_WEIGHT = 96;

    private static final Place FIRST_PLACE = new Place("msg_0", 0, 0);

    private final Chunks memory;
    private final Chunks base;
    private final ArrayList<Segment> segments = new ArrayList<>();
    private long last;
    private long compacted;
    private long baseTokens;
    private @Nullable Place textPlace; // of the first text; absent until there is some
    private long startMillis;

    DirectRuns(ChunkPool pool) {
        this.memory = new Chunks(pool);
        this.base = new Chunks(pool);
    }

    private sealed interface What {
        record Text(String type, Place place) implements What {}

        record Event(String type) implements What {}

        record End(EndReason reason, Totals totals, UsageSource source) implements What {}
    }

    private static final class Segment {
        private final What what;
        private final long position;
        private final long first;
        private final long atMillis;
        private long last;
        private int textBytes;
        private long outputTokens;

        Segment(What what, long position, Run run) {
            this.what = what;
            this.position = position;
            this.first = run.first();
            this.atMillis = run.atMillis();
            this.last = run.first() - 1;
        }

        boolean isContinuedBy(Deltas deltas) {
            return what instanceof What.Text(String type, Place place)
                    && type.equals(deltas.type())
                    && place.equals(deltas.place())
                    && textBytes + deltas.text().readableBytes() <= MAX_SEGMENT_BYTES
                    && deltas.last() - first < MAX_SEGMENT_DELTAS;
        }

        boolean isText() {
            return what instanceof What.Text(String type, Place _) && EventTypes.isText(type);
        }
    }

    @Override
    public void add(Run run) {
        switch (run) {
            case Deltas deltas -> add(deltas);
            case Run.Event event -> add(run, new What.Event(event.type()), event.json());
            case Run.Terminal end -> add(run, new What.End(end.reason(), end.totals(), end.usageSource()), end.json());
        }
        if (last == 0) {
            startMillis = run.atMillis();
        }
        last = run.last();
    }

    private void add(Deltas deltas) {
        Segment segment = segments.isEmpty() ? null : segments.getLast();
        if (segment == null || !segment.isContinuedBy(deltas)) {
            segment = new Segment(new What.Text(deltas.type(), deltas.place()), memory.end(), deltas);
            segments.add(segment);
        }
        memory.number(deltas.count());
        int before = 0;
        for (int i = 0; i < deltas.count(); i++) {
            memory.number(deltas.end(i) - before);
            before = deltas.end(i);
        }
        memory.write(deltas.text());
        segment.last = deltas.last();
        segment.textBytes += deltas.text().readableBytes();
        segment.outputTokens = deltas.outputTokens();
        if (textPlace == null && deltas.isText()) {
            textPlace = deltas.place();
        }
    }

    private void add(Run run, What what, ByteBuf json) {
        var segment = new Segment(what, memory.end(), run);
        segment.last = run.last();
        segment.textBytes = json.readableBytes();
        segments.add(segment);
        memory.write(json);
    }

    @Override
    public long last() {
        return last;
    }

    @Override
    public long weight() {
        return memory.bytes() + base.bytes() + (long) SEGMENT_WEIGHT * segments.size();
    }

    @Override
    public long compacted() {
        return compacted;
    }

    @Override
    public Optional<Deltas> beginning() {
        return compacted == 0 ? Optional.empty() : Optional.of(text(compacted, 0));
    }

    @Override
    public Optional<Deltas> text() {
        boolean ended = !segments.isEmpty() && segments.getLast().what instanceof What.End;
        long to = ended ? last - 1 : last;
        return to < 1 ? Optional.empty() : Optional.of(text(to, segments.size()));
    }

    private Deltas text(long to, int count) {
        long length = base.end();
        long outputTokens = baseTokens;
        for (Segment segment : segments.subList(0, count)) {
            if (segment.isText()) {
                length += segment.textBytes;
                outputTokens = segment.outputTokens;
            }
        }
        ByteBuf text = heap(Math.toIntExact(length));
        base.at(0).copy(Math.toIntExact(base.end()), text);
        for (Segment segment : segments.subList(0, count)) {
            if (segment.isText()) {
                copyText(segment, text);
            }
        }
        Place place = textPlace == null ? FIRST_PLACE : textPlace;
        return Deltas.whole(1, to, StreamLog.OUTPUT_TEXT, place, text.asReadOnly(), startMillis, outputTokens);
    }

    private void copyText(Segment segment, ByteBuf target) {
        Chunks.Cursor cursor = memory.at(segment.position);
        long offset = segment.first - 1;
        while (offset < segment.last) {
            int count = cursor.number();
            int bytes = 0;
            for (int i = 0; i < count; i++) {
                bytes += cursor.number();
            }
            cursor.copy(bytes, target);
            offset += count;
        }
    }

    @Override
    public List<Run> read(long after, int maxBytes) {
        List<Run> runs = new ArrayList<>();
        long bytes = 0;
        for (int i = find(after + 1); i < segments.size() && (runs.isEmpty() || bytes < maxBytes); i++) {
            Segment segment = segments.get(i);
            if (!runs.isEmpty() && bytes + segment.textBytes > maxBytes) {
                break;
            }
            Run run = read(segment, after);
            runs.add(run);
            bytes += run.weight();
        }
        return runs;
    }

    private Run read(Segment segment, long after) {
        return switch (segment.what) {
            case What.Text(String type, Place place) ->
                deltas(segment, type, place, Math.max(after, segment.first - 1));
            case What.Event(String type) -> new Run.Event(segment.first, type, json(segment), segment.atMillis);
            case What.End(EndReason reason, Totals totals, UsageSource source) ->
                new Run.Terminal(segment.first, reason, totals, source, json(segment), segment.atMillis);
        };
    }

    private Deltas deltas(Segment segment, String type, Place place, long after) {
        Chunks.Cursor cursor = memory.at(segment.position);
        int[] ends = new int[Math.toIntExact(segment.last - after)];
        ByteBuf text = heap(segment.textBytes);
        long offset = segment.first - 1;
        int next = 0;
        int end = 0;
        while (offset < segment.last) {
            int skipped = 0;
            int kept = 0;
            for (int i = cursor.number(); i > 0; i--) {
                int length = cursor.number();
                if (++offset <= after) {
                    skipped += length;
                } else {
                    kept += length;
                    end += length;
                    ends[next++] = end;
                }
            }
            cursor.skip(skipped);
            cursor.copy(kept, text);
        }
        return Deltas.of(after + 1, type, place, text.asReadOnly(), ends, segment.atMillis, segment.outputTokens);
    }

    private ByteBuf json(Segment segment) {
        ByteBuf json = heap(segment.textBytes);
        memory.at(segment.position).copy(segment.textBytes, json);
        return json.asReadOnly();
    }

    private static ByteBuf heap(int length) {
        return Unpooled.buffer(length, length);
    }

    @Override
    public void compact(long bytes) {
        long goal = Math.max(0, (segments.isEmpty() ? 0 : memory.end() - segments.getFirst().position) - bytes);
        int count = 0;
        while (count < segments.size() && (count == 0 || memory.end() - segments.get(count).position > goal)) {
            fold(segments.get(count));
            count++;
        }
        segments.subList(0, count).clear();
        memory.freeBefore(segments.isEmpty() ? memory.end() : segments.getFirst().position);
    }

    private void fold(Segment segment) {
        if (segment.isText()) {
            ByteBuf text = heap(segment.textBytes);
            copyText(segment, text);
            base.write(text);
            baseTokens = segment.outputTokens;
        }
        compacted = segment.last;
    }

    @Override
    public void release() {
        segments.clear();
        memory.free();
        base.free();
    }

    /** The segment that has {@code offset}; behind the last one where none has. */
    private int find(long offset) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).last < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
