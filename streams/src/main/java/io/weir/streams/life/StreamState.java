package io.weir.streams.life;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;

/**
 * The life of one stream, and who may move it.
 *
 * <pre>
 *            edge: reserve          gateway: claim            gateway: first event
 *   (none) ───────────────► Reserved ───────────► Claimed ─────────────────────► Producing
 *                              │                     │                               │
 *                              │                     │ gateway: first cause wins     │ gateway: first cause wins
 *        sweeper, edge: release│                     │ (nothing was shown:           ▼
 *                              │                     │  nothing to count)          Ending
 *                              │                     │                               │ gateway: all that was shown
 *                              │                     ▼                               ▼ is counted (or reported)
 *                           Closed ◄──────────── Closing ◄───────────────────────────┘
 *                              ▲   relay has the terminal and metering has settled
 *                              │
 *                              └── metering: fence or sweep, from Claimed, Producing, Ending and Closing,
 *                                  once the gateway's lease is lost (reason orphaned)
 * </pre>
 *
 * The edge moves a stream into {@code Reserved}, metering (sweeper) or the edge from there to {@code Closed}; everything
 * between claim and close belongs to the one gateway that won the claim; metering alone may take it away, and then the
 * relay writes the terminal in the gateway's place.
 */
public sealed interface StreamState {
    /** The claim's epoch; 0 where there is none. */
    default long epoch() {
        return 0;
    }

    /** Credits are held; no gateway owns the stream yet. */
    record Reserved() implements StreamState {
        /** The gateway's claim has won. */
        public Claimed claimed(long epoch) {
            return new Claimed(epoch);
        }

        /** Nobody claimed it, or another gateway did: for this process it is over. */
        public Closed released(EndReason reason) {
            return new Closed(reason);
        }
    }

    /**
     * A gateway owns the stream and looks for a machine that commits itself.
     *
     * @param epoch the claim's epoch
     */
    record Claimed(long epoch) implements StreamState {
        /** The first event has been numbered. */
        public Producing producing() {
            return new Producing(epoch);
        }

        /** The stream ends before its first event. */
        public Ending end(EndReason reason) {
            return new Ending(epoch, reason);
        }
    }

    /**
     * Events are numbered, counted, shown and appended.
     *
     * @param epoch the claim's epoch
     */
    record Producing(long epoch) implements StreamState {
        /** The first cause of an end fixes the reason; from here nothing but the terminal is numbered. */
        public Ending end(EndReason reason) {
            return new Ending(epoch, reason);
        }
    }

    /**
     * The reason is fixed and the agent's socket closed, but the count of what was shown is still outstanding.
     *
     * @param epoch the claim's epoch
     * @param reason why the stream ends
     */
    record Ending(long epoch, EndReason reason) implements StreamState {
        /** The totals are fixed. */
        public Closing close(Totals totals, UsageSource source) {
            return new Closing(epoch, reason, totals, source, false, false);
        }
    }

    /**
     * Reason and totals are fixed; the terminal is on its way to the log, then to the direct reader, then settled.
     *
     * @param epoch the claim's epoch
     * @param reason why the stream ends
     * @param totals final totals
     * @param source where the totals come from
     * @param logged the relay has acknowledged the terminal, or has ended the log itself
     * @param settled metering has acknowledged the settle
     */
    record Closing(long epoch, EndReason reason, Totals totals, UsageSource source, boolean logged, boolean settled)
            implements StreamState {
        /** The relay has the terminal. */
        public Closing withLogged() {
            return new Closing(epoch, reason, totals, source, true, settled);
        }

        /** Metering has the totals. */
        public Closing withSettled() {
            return new Closing(epoch, reason, totals, source, logged, true);
        }

        /** Both have acknowledged. */
        public boolean done() {
            return logged && settled;
        }

        /** The end of it. */
        public Closed closed() {
            return new Closed(reason);
        }
    }

    /**
     * Nothing more happens.
     *
     * @param reason how it ended
     */
    record Closed(EndReason reason) implements StreamState {}
}
