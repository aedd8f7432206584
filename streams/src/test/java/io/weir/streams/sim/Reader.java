package io.weir.streams.sim;

import io.weir.contracts.id.StreamId;
import io.weir.streams.life.ReaderCursor;
import io.weir.streams.life.StreamLog;
import io.weir.streams.run.Run;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Somebody who reads one stream: directly from the gateway as long as that lasts, then or at once from the relay. */
final class Reader {
    private static final int UNKNOWN_LIMIT = 30;

    final ReaderCursor cursor = new ReaderCursor();
    private final Stack stack;
    private final World world;
    private final StreamId stream;
    private final String agentText;
    private boolean heard;
    private boolean resuming;
    private boolean truncated;
    private boolean endedDirectly;
    private int unknown;
    private int asked;
    private boolean ended;

    Reader(Stack stack, StreamId stream, String agentText) {
        this.stack = stack;
        this.world = stack.world;
        this.stream = stream;
        this.agentText = agentText;
    }

    boolean done() {
        return cursor.terminal().isPresent() || ended || unknown >= UNKNOWN_LIMIT;
    }

    /** True unless the relay never knew the stream. */
    boolean found() {
        return unknown < UNKNOWN_LIMIT;
    }

    boolean heard() {
        return heard;
    }

    /** True if the ending came from the gateway itself. */
    boolean endedDirectly() {
        return endedDirectly;
    }

    /** True if it was told that it had shown more than the log holds. */
    boolean truncated() {
        return truncated;
    }

    void connected() {
        heard = true;
    }

    /** A run on the direct path: in order, nothing missing. */
    void direct(Run run) {
        heard = true;
        if (resuming) {
            return;
        }
        if (!(cursor.offer(run) instanceof ReaderCursor.Step.Taken)) {
            world.violation("the direct path has a gap or repeats itself at " + run.first() + " of " + stream);
        }
        endedDirectly = cursor.terminal().isPresent();
        checkPrefix();
    }

    /** The direct path is broken, or never was: reads the relay's log. */
    void resume() {
        heard = true;
        if (!resuming && !done()) {
            resuming = true;
            ask();
        }
    }

    /** A second viewer: snapshot, then live. */
    void follow() {
        heard = true;
        resuming = true;
        world.call(stack.edge, stack.relay, () -> stack.relay.follow(stream, this::live), _ -> {});
        ask();
    }

    private void live(StreamLog log, @Nullable Run run) {
        if (run == null) {
            log.snapshot().ifPresent(text -> world.send(stack.relay, stack.edge, () -> cursor.snapshot(text)));
            return;
        }
        world.send(stack.relay, stack.edge, () -> offer(run));
    }

    private void offer(Run run) {
        if (cursor.offer(run) instanceof ReaderCursor.Step.Gap) {
            read();
        }
        checkPrefix();
    }

    private void ask() {
        if (done()) {
            return;
        }
        read();
        world.fate(Math.min(3000, 200 + 100L * asked++), this::ask);
    }

    private void read() {
        long after = cursor.last();
        world.call(stack.edge, stack.relay, () -> stack.relay.read(stream, after), this::answered);
    }

    private void answered(Optional<StreamLog.Reading> answer) {
        if (done()) {
            return;
        }
        if (answer.isEmpty()) {
            // While a gateway cannot reach the relay its streams are unknown there: patience until the faults are over.
            unknown += stack.calm() ? 1 : 0;
            return;
        }
        unknown = 0;
        switch (answer.get()) {
            case StreamLog.Reading.Runs(var snapshot, var runs) -> {
                snapshot.ifPresent(cursor::snapshot);
                runs.forEach(cursor::offer);
            }
            case StreamLog.Reading.Waiting _ -> {}
            case StreamLog.Reading.Ended _ -> ended = true;
            case StreamLog.Reading.Truncated(var to, var snapshot, var terminal) -> {
                truncated = true;
                cursor.truncated(to);
                snapshot.ifPresent(cursor::snapshot);
                cursor.offer(terminal);
            }
        }
        checkPrefix();
    }

    private void checkPrefix() {
        if (!agentText.startsWith(cursor.text())) {
            world.violation("a reader shows what the agent did not say of " + stream);
        }
    }
}
