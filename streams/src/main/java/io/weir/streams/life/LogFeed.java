package io.weir.streams.life;

import io.weir.streams.run.Run;
import java.util.List;

/** Brings one stream's runs into the relay's log, again and again until the log has them. */
final class LogFeed {
    private final ProducerPorts ports;
    private final long retryNanos;
    private final Retained retained = new Retained();
    private long progressAt;
    private long resentAt;
    private long resentFrom = -1;

    LogFeed(ProducerPorts ports, ProducerBounds bounds) {
        this.ports = ports;
        this.retryNanos = bounds.retry().toNanos();
    }

    void append(Run run, long now) {
        if (!behind()) {
            progressAt = now;
        }
        retained.add(run);
        ports.append(run);
    }

    long last() {
        return retained.last();
    }

    long acknowledged() {
        return retained.acknowledged();
    }

    List<Run> runs() {
        return retained.all();
    }

    long weight() {
        return retained.weight();
    }

    void acknowledged(long last, long now) {
        if (retained.acknowledge(last)) {
            progressAt = now;
        }
    }

    /** The log ends at {@code head}; several appends in flight are nacked at once and answered once. */
    void nacked(long head, long now) {
        if (head != resentFrom || now - resentAt >= retryNanos / 10) {
            resend(head, now);
        }
    }

    void resend(long head, long now) {
        if (head < 0 || head > retained.last()) {
            return;
        }
        retained.rewind(head);
        progressAt = now;
        resentAt = now;
        resentFrom = head;
        retained.after(head).forEach(ports::append);
    }

    /** Sends again what has not been answered for a while. */
    void tick(long now) {
        if (behind() && now - progressAt >= retryNanos) {
            resend(retained.acknowledged(), now);
        }
    }

    private boolean behind() {
        return retained.acknowledged() < retained.last();
    }
}
