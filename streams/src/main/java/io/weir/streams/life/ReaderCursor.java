package io.weir.streams.life;

import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which every client follows a stream, whatever way its runs come: skip what is known, take what follows,
 * resume at a gap, let a snapshot replace the text, start over from the snapshot when told that too much was shown, stop
 * at the terminal. The clients written in other languages do the same.
 */
public final class ReaderCursor {
    private final StringBuilder text = new StringBuilder();
    private long last;
    private Run.@Nullable Terminal terminal; // absent until the end

    /** What became of a run. */
    public sealed interface Step {
        /** The text or the ending has changed. */
        record Taken() implements Step {}

        /** Known already. */
        record Skipped() implements Step {}

        /** Something is missing: resume with {@code after}. */
        record Gap(long after) implements Step {}
    }

    /** Takes a run. */
    public Step offer(Run run) {
        if (terminal != null || run.last() <= last) {
            return new Step.Skipped();
        }
        if (run.first() > last + 1) {
            return new Step.Gap(last);
        }
        switch (run) {
            case Deltas deltas -> append(deltas.first() <= last ? deltas.after(last) : deltas);
            case Run.Event _ -> {}
            case Run.Terminal end -> terminal = end;
        }
        last = run.last();
        return new Step.Taken();
    }

    /** Takes a snapshot, unless it is older than what is shown. */
    public Step snapshot(Deltas whole) {
        if (terminal != null || whole.last() < last) {
            return new Step.Skipped();
        }
        text.setLength(0);
        append(whole);
        last = whole.last();
        return new Step.Taken();
    }

    /** More was shown than the closed log holds: its snapshot, if it has text, and its terminal follow. */
    public void truncated(long to) {
        if (terminal == null) {
            text.setLength(0);
            last = to;
        }
    }

    /** The offset to resume after ({@code Last-Event-ID}). */
    public long last() {
        return last;
    }

    /** The answer's text so far, as escaped in JSON. */
    public String text() {
        return text.toString();
    }

    /** The ending, once seen. */
    public Optional<Run.Terminal> terminal() {
        return Optional.ofNullable(terminal);
    }

    private void append(Deltas deltas) {
        if (deltas.isText()) {
            text.append(deltas.text().toString(StandardCharsets.UTF_8));
        }
    }
}
