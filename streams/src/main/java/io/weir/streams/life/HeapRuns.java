package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs on memory that the garbage collector owns: the runs themselves. */
public final class HeapRuns implements RunStore {
    private static final Deltas.Place FIRST_PLACE = new Deltas.Place("msg_0", 0, 0);

    private final Retained runs = new Retained();
    private @Nullable Deltas base; // absent until something was compacted

    @Override
    public void add(Run run) {
        runs.add(run);
        runs.acknowledge(run.last());
    }

    @Override
    public long last() {
        return runs.last();
    }

    @Override
    public long weight() {
        Deltas start = base;
        return runs.weight() + (start == null ? 0 : start.weight());
    }

    @Override
    public long compacted() {
        Deltas start = base;
        return start == null ? 0 : start.last();
    }

    @Override
    public Optional<Deltas> beginning() {
        return Optional.ofNullable(base);
    }

    @Override
    public List<Run> read(long after, int maxBytes) {
        List<Run> rest = runs.after(after);
        int taken = 0;
        long bytes = 0;
        while (taken < rest.size() && (taken == 0 || bytes + rest.get(taken).weight() <= maxBytes)) {
            bytes += rest.get(taken).weight();
            taken++;
        }
        return rest.subList(0, taken);
    }

    @Override
    public Optional<Deltas> text() {
        List<Run> all = new ArrayList<>(runs.all());
        if (base != null) {
            all.addFirst(base);
        }
        if (!all.isEmpty() && all.getLast() instanceof Run.Terminal) {
            all.removeLast();
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(textOf(all));
    }

    @Override
    public void compact(long bytes) {
        if (runs.weight() == 0) {
            return;
        }
        List<Run> oldest = new ArrayList<>();
        if (base != null) {
            oldest.add(base);
        }
        oldest.addAll(runs.removeOldest(runs.weight() - bytes));
        base = textOf(oldest);
    }

    @Override
    public void release() {
        runs.removeOldest(0);
        base = null;
    }

    private static Deltas textOf(List<Run> runs) {
        ByteBuf text = Unpooled.buffer();
        Deltas.Place place = null;
        long outputTokens = 0;
        for (Run run : runs) {
            if (run instanceof Deltas deltas && deltas.isText()) {
                text.writeBytes(
                        deltas.text(),
                        deltas.text().readerIndex(),
                        deltas.text().readableBytes());
                place = place == null ? deltas.place() : place;
                outputTokens = deltas.outputTokens();
            }
        }
        return Deltas.whole(
                1,
                runs.getLast().last(),
                StreamLog.OUTPUT_TEXT,
                place == null ? FIRST_PLACE : place,
                text.asReadOnly(),
                runs.getFirst().atMillis(),
                outputTokens);
    }
}
