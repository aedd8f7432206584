package io.weir.gateway.route;

import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.machines.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream that runs past this gateway: claimed here, known by what its agent reports. Pure; one thread at a time.
 *
 * <pre>
 *   Running ── credit out, stopped, too long ──► told to stop with the next report
 *      │                                               │
 *      ├── last report ────────────────────────────────┤
 *      └── no report for a lease: machine_lost ────────┴──► settled, once
 * </pre>
 */
final class ReplayedStream {
    private static final int HALF = 2;

    private final TicketClaims ticket;
    private final Machine machine;
    private final long epoch;
    private final Instant startedAt;
    private final long startedNanos;
    private long heardNanos;
    private Totals totals = Totals.ZERO;
    private @Nullable String model; // until the agent names one
    private @Nullable EndReason stopping; // until there is a reason to stop
    private long grantedMicro;
    private boolean nothingMore;

    ReplayedStream(TicketClaims ticket, Machine machine, long epoch, Instant startedAt, long nowNanos) {
        this.ticket = ticket;
        this.machine = machine;
        this.epoch = epoch;
        this.startedAt = startedAt;
        this.startedNanos = nowNanos;
        this.heardNanos = nowNanos;
        this.grantedMicro = ticket.hold().grantedMicro();
        this.nothingMore = ticket.hold().last();
    }

    TicketClaims ticket() {
        return ticket;
    }

    Machine machine() {
        return machine;
    }

    /** The agent has reported; what it said before stays true. */
    UsageAnswer reported(Totals reported, @Nullable String named, long nowNanos) {
        heardNanos = nowNanos;
        totals = totals.max(reported);
        model = named == null ? model : named;
        if (nothingMore && ticket.hold().price().chargeMicro(totals) >= grantedMicro) {
            stop(EndReason.CREDITS_EXHAUSTED);
        }
        EndReason reason = stopping;
        return new UsageAnswer(reason != null, reason == null ? null : reason.wire(), leaseSeconds());
    }

    /** What metering is to know; asks for more once half of what is held is used. */
    UpdateBatch.Update update() {
        boolean low = ticket.hold().price().chargeMicro(totals) * HALF >= grantedMicro;
        return new UpdateBatch.Update(ticket.stream(), epoch, totals, low && !nothingMore);
    }

    /** Metering's answer. */
    void answered(UpdateReply.Extension answer) {
        grantedMicro = Math.max(grantedMicro, answer.grantedMicro());
        nothingMore |= answer.last();
        if (answer.cancelled()) {
            stop(EndReason.CANCELLED);
        } else if (!answer.accepted()) {
            stop(EndReason.ORPHANED);
        }
    }

    /** The agent is to be told to stop; the first reason counts. */
    void stop(EndReason reason) {
        if (stopping == null) {
            stopping = reason;
        }
    }

    /** The reason to settle now without a last report, if there is one. */
    Optional<EndReason> overdue(long nowNanos, Duration longest) {
        if (nowNanos - startedNanos > longest.toNanos()) {
            stop(EndReason.TIME_LIMIT);
        }
        boolean silent =
                nowNanos - heardNanos > Duration.ofSeconds(leaseSeconds()).toNanos();
        return silent ? Optional.of(stopping == null ? EndReason.MACHINE_LOST : stopping) : Optional.empty();
    }

    /**
     * What the stream is settled with.
     *
     * @param said the agent's own reason; what we have told it to stop for counts first
     */
    SettleRequest settle(EndReason said, Instant now) {
        EndReason reason = stopping == null ? said : stopping;
        return new SettleRequest(epoch, totals, UsageSource.AGENT, reason, model, null, startedAt, null, now);
    }

    private int leaseSeconds() {
        return ticket.hold().leaseSeconds();
    }
}
