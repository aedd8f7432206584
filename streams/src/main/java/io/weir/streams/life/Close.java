package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Run;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one order in which a stream ends: totals fixed → noted in the journal, or 500 ms → terminal appended →
 * acknowledged, or 500 ms → terminal to the direct reader → settle. A terminal whose log may have been ended by others is
 * not shown: the reader is sent to the log.
 */
final class Close {
    private final ProducerSetup setup;
    private final ProducerBounds bounds;
    private final TerminalBody body;
    private final ProducerPorts ports;
    private final LogFeed log;
    private @Nullable Long firstTokenAt; // none yet
    private @Nullable String model; // the agent may not name it
    private boolean logEndedByOthers;
    private boolean readerDone;
    private long endedAt;
    private int endingTicks;
    private long fixedAt;
    private int fixedTicks;
    private long closingSince;
    private Run.@Nullable Terminal terminal; // none before it has left, nor where others ended the log
    private @Nullable SettleRequest record; // none before the totals are fixed

    Close(ProducerSetup setup, ProducerBounds bounds, TerminalBody body, ProducerPorts ports, LogFeed log) {
        this.setup = setup;
        this.bounds = bounds;
        this.body = body;
        this.ports = ports;
        this.log = log;
    }

    void model(String name) {
        model = name;
    }

    void text(long now) {
        if (firstTokenAt == null) {
            firstTokenAt = now;
        }
    }

    /** An agent that reports zeros, or no output where there was some, has reported nothing. */
    boolean credible(@Nullable Totals reported) {
        return reported != null && !reported.isZero() && (reported.output() > 0 || firstTokenAt == null);
    }

    /** The reason is fixed. */
    void ends(long now) {
        endedAt = now;
    }

    /** True if the count of what was shown is not waited for any longer. Counts may be queued behind a pause's tick. */
    boolean countOverdue(long now) {
        return ++endingTicks > 2 && past(endedAt, bounds.terminalPatience(), now);
    }

    /** The relay has ended the log, or nobody can say that it has not. */
    void logEndedByOthers() {
        logEndedByOthers = true;
    }

    boolean feedsLog() {
        return !logEndedByOthers;
    }

    /** The totals are fixed: everything else follows, once the journal has them. */
    StreamState.Closing close(StreamState.Ending ending, Totals totals, UsageSource source, long now) {
        StreamState.Closing closing = ending.close(totals, source);
        fixedAt = now;
        Long first = firstTokenAt;
        SettleRequest fixed = new SettleRequest(
                closing.epoch(),
                totals,
                source,
                closing.reason(),
                model,
                ClosedText.sha256(log.runs()),
                setup.startedAt(),
                first == null ? null : setup.wall(first),
                setup.wall(endedAt));
        record = fixed;
        boolean noted = ports.fixed(fixed);
        if (logEndedByOthers) {
            abandonReader();
            return closing.withLogged();
        }
        if (noted) {
            noted(closing, now);
        }
        return closing;
    }

    /** The journal has the ending, or is not waited for any longer: the terminal leaves, once. */
    void noted(StreamState.Closing closing, long now) {
        if (terminal != null || closing.logged()) {
            return;
        }
        closingSince = now;
        long offset = log.last() + 1;
        ByteBuf json = body.write(offset, closing.reason(), closing.totals(), closing.source(), log.runs())
                .asReadOnly();
        Run.Terminal end =
                new Run.Terminal(offset, closing.reason(), closing.totals(), closing.source(), json, setup.millis(now));
        terminal = end;
        log.append(end, now);
    }

    /** The log has everything up to {@code last}. True if that is the terminal. */
    boolean acknowledged(long last) {
        Run.Terminal end = terminal;
        if (end == null || last != end.offset()) {
            return false;
        }
        showTerminal(end);
        return true;
    }

    /** Time passes while the terminal waits: for the journal, then for its acknowledgement. */
    void tick(StreamState.Closing closing, long leaseUntil, long now) {
        // The journal's answer, too, may be queued behind a pause's tick.
        if (++fixedTicks > 2 && past(fixedAt, bounds.journalPatience(), now)) {
            noted(closing, now);
        }
        Run.Terminal end = terminal;
        if (end != null && past(closingSince, bounds.terminalPatience(), now)) {
            if (now - leaseUntil < 0) {
                showTerminal(end);
            } else {
                abandonReader();
            }
        }
    }

    void abandonReader() {
        if (!readerDone) {
            readerDone = true;
            ports.abandonReader();
            settle();
        }
    }

    private void showTerminal(Run.Terminal end) {
        if (!readerDone) {
            readerDone = true;
            ports.toReader(end);
            settle();
        }
    }

    private void settle() {
        SettleRequest fixed = record;
        if (fixed != null) {
            ports.settle(fixed);
        }
    }

    private static boolean past(long since, Duration patience, long now) {
        return now - since >= patience.toNanos();
    }
}
