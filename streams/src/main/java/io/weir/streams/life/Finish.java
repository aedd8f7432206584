package io.weir.streams.life;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import org.jspecify.annotations.Nullable;

/**
 * Brings a stream from the first cause of an end to its last acknowledgement: {@code Ending → Closing → Closed} of
 * {@link StreamState}. What the log answers while the stream is open comes here, too, for the log may end it.
 */
final class Finish {
    private final Life life;
    private final Output output;
    private final LogFeed log;
    private final Close close;
    private final ProducerPorts ports;

    Finish(Life life, Output output, LogFeed log, Close close, ProducerPorts ports) {
        this.life = life;
        this.output = output;
        this.log = log;
        this.close = close;
        this.ports = ports;
    }

    /** The first cause: fixes the reason, and the totals if they are known. */
    void end(EndReason reason, @Nullable Totals reported, long now) {
        StreamState.Ending ending =
                switch (life.state()) {
                    case StreamState.Claimed claimed -> claimed.end(reason);
                    case StreamState.Producing producing -> producing.end(reason);
                    case StreamState.Reserved _, StreamState.Ending _, StreamState.Closing _, StreamState.Closed _ ->
                        throw new IllegalStateException("not open");
                };
        life.becomes(ending);
        close.ends(now);
        output.drop();
        ports.closeAgent();
        if (reported != null && close.credible(reported)) {
            close(ending, reported, UsageSource.AGENT, now);
        } else if (!life.produced()) {
            close(ending, Totals.ZERO, UsageSource.COUNTED, now);
        } else {
            counted(ending, now);
        }
    }

    /** A count has come. */
    void counted(StreamState.Ending ending, long now) {
        if (!output.uncounted()) {
            close(ending, output.counted(), UsageSource.COUNTED, now);
        }
    }

    private void close(StreamState.Ending ending, Totals totals, UsageSource source, long now) {
        life.becomes(close.close(ending, totals, source, now));
    }

    /** The journal has the ending, or will not get it. */
    void noted(long now) {
        if (life.state() instanceof StreamState.Closing closing) {
            close.noted(closing, now);
        }
    }

    /** The log has everything up to {@code last}. */
    void acknowledged(long last, long now) {
        log.acknowledged(last, now);
        if (life.state() instanceof StreamState.Closing closing && close.acknowledged(last)) {
            life.becomes(closing.withLogged());
            finish();
        }
    }

    /** The log ends at {@code head} and wants what follows. */
    void nacked(long head, long now) {
        if (feeds()) {
            log.nacked(head, now);
            acknowledged(head, now);
        }
    }

    /** The log is open up to {@code head}, on a new connection. */
    void connected(long head, long now) {
        if (feeds()) {
            log.resend(head, now);
            acknowledged(head, now);
        }
    }

    /** The log was ended by others. */
    void refused(long now) {
        switch (life.state()) {
            case StreamState.Claimed _, StreamState.Producing _ -> {
                close.logEndedByOthers();
                end(EndReason.ORPHANED, null, now);
            }
            case StreamState.Ending _ -> close.logEndedByOthers();
            case StreamState.Closing closing -> {
                life.becomes(closing.withLogged());
                close.abandonReader();
                finish();
            }
            case StreamState.Reserved _, StreamState.Closed _ -> {}
        }
    }

    private boolean feeds() {
        return !(life.state() instanceof StreamState.Closed) && close.feedsLog();
    }

    /** Metering has the settle. */
    void settled() {
        if (life.state() instanceof StreamState.Closing closing) {
            life.becomes(closing.withSettled());
            finish();
        }
    }

    private void finish() {
        if (life.state() instanceof StreamState.Closing closing && closing.done()) {
            life.becomes(closing.closed());
            ports.closed();
        }
    }

    /** Time passes while counts are outstanding. */
    void tick(StreamState.Ending ending, long now) {
        if (close.countOverdue(now)) {
            close(ending, output.estimated(), UsageSource.COUNTED, now);
        }
    }

    /** Time passes while acknowledgements are outstanding. */
    void tick(StreamState.Closing closing, long leaseUntil, long now) {
        close.tick(closing, leaseUntil, now);
        if (feeds()) {
            log.tick(now);
        }
    }
}
