package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's part of a stream's life ({@link StreamState}): numbers what the agent says, counts and prices it, shows
 * it to the direct reader, appends it to the log, and closes in one order.
 *
 * <p>Pure: no clock, socket or thread. The caller passes {@code System.nanoTime()} of its process as {@code now}, calls
 * from one thread only, and calls {@link #tick} at least every 250 ms. Rules it keeps, whatever comes in whatever order:
 * <ul>
 *   <li>offsets are contiguous from 1; nothing gets one after the terminal; the first cause of an end wins;
 *   <li>counted output never passes the last affordable token, and stops exactly there ({@link OutputMeter});
 *   <li>nothing is numbered once the gateway's lease is within its margin of ending, by this process' own clock, even if
 *       the process was paused meanwhile;
 *   <li>the end: agent's socket closed → reason fixed → totals fixed → in the journal, or 500 ms → terminal appended →
 *       acknowledged, or 500 ms → terminal to the direct reader → settle, repeated until acknowledged. A terminal whose
 *       log may have been ended by others is not shown: the reader is sent to the log instead;
 *   <li>all runs are kept until the close is acknowledged, and re-appended from wherever the log says it ends.
 * </ul>
 */
public final class Producer {
    private final ProducerSetup setup;
    private final ProducerBounds bounds;
    private final ProducerPorts ports;
    private final Output output;
    private final LogFeed log;
    private final Close close;
    private final Life life = new Life();
    private final Finish finish;
    private long leaseUntil;
    private boolean agentEnded;

    /** A producer for a reserved stream. */
    public Producer(ProducerSetup setup, ProducerBounds bounds, TerminalBody body, ProducerPorts ports) {
        this.setup = setup;
        this.bounds = bounds;
        this.ports = ports;
        this.output = new Output(setup, bounds);
        this.log = new LogFeed(ports, bounds);
        this.close = new Close(setup, bounds, body, ports, log);
        this.finish = new Finish(life, output, log, close, ports);
    }

    /**
     * The answer to this gateway's claim.
     *
     * @param leaseUntil end of the gateway's lease as known now, in nanos, see {@link #onLease}
     */
    public ClaimOutcome onClaimed(ClaimReply reply, long leaseUntil, long now) {
        if (!(life.state() instanceof StreamState.Reserved reserved)) {
            throw new IllegalStateException("claimed twice");
        }
        if (!reply.won()) {
            life.becomes(reserved.released(EndReason.CANCELLED));
            return new ClaimOutcome.OwnedByAnother(reply.owner(), reply.address());
        }
        life.becomes(reserved.claimed(reply.epoch()));
        this.leaseUntil = leaseUntil;
        if (reply.cancelled()) {
            return endsAtOnce(EndReason.CANCELLED, now);
        }
        if (output.affordsNothing()) {
            return endsAtOnce(EndReason.CREDITS_EXHAUSTED, now);
        }
        return new ClaimOutcome.CallMachine(output.mostAffordable());
    }

    private ClaimOutcome endsAtOnce(EndReason reason, long now) {
        finish.end(reason, null, now);
        return new ClaimOutcome.EndsAtOnce(reason);
    }

    /**
     * One or more deltas of one type at one place.
     *
     * @param text their escaped text, read-only, on memory that the garbage collector owns
     * @param ends end of each delta in {@code text}, in bytes, ascending
     */
    public void onDeltas(String type, Deltas.Place place, ByteBuf text, int[] ends, long now) {
        if (!accepts(now)) {
            return;
        }
        close.text(now);
        boolean shown = output.passes(type, place, text, ends);
        ports.count(text, ends, !shown);
        if (shown) {
            publish(Deltas.of(log.last() + 1, type, place, text, ends, setup.millis(now), output.estimate()), now);
        } else {
            drain(now);
        }
        askForMore(now);
    }

    /**
     * One event that is no delta.
     *
     * @param json writes the event, one line, for the offset that it gets
     */
    public void onEvent(String type, LongFunction<ByteBuf> json, long now) {
        if (accepts(now)) {
            output.add(type, json);
            drain(now);
        }
    }

    /** The agent has named its model. */
    public void onModel(String name) {
        close.model(name);
    }

    /**
     * The agent's answer is over, well or badly. Held-back output comes first: if that exhausts the credit, so it ends.
     *
     * @param reported the agent's own usage; absent, or zeros, where it told none: then our count stands
     */
    public void onAgentEnd(EndReason reason, @Nullable Totals reported, long now) {
        if (fenced(now) || agentEnded || !life.open()) {
            return;
        }
        agentEnded = true;
        output.add(reason, reported);
        drain(now);
    }

    /**
     * The tokens of the next deltas that were given to {@link ProducerPorts#count}, in order.
     *
     * @param tokens tokens of each delta
     */
    public void onCounted(int[] tokens, long now) {
        output.counted(tokens);
        if (life.state() instanceof StreamState.Ending ending) {
            finish.counted(ending, now);
        } else {
            goOn(now);
        }
    }

    /** Ends the stream for a reason of the gateway's. False if it is ending or has ended already. */
    public boolean stop(EndReason reason, long now) {
        if (fenced(now) || !life.open()) {
            return false;
        }
        finish.end(reason, null, now);
        return true;
    }

    /**
     * The gateway's lease is good until then.
     *
     * @param until monotonic clock when the request was <em>sent</em> whose answer renewed it, plus the lease's seconds
     */
    public void onLease(long until) {
        if (until - leaseUntil > 0) {
            leaseUntil = until;
        }
    }

    /** The lease cannot be renewed any more: ends {@code metering_unavailable}. */
    public void onLeaseLost(long now) {
        stop(EndReason.METERING_UNAVAILABLE, now);
    }

    /**
     * Metering's answer to an update of this stream.
     *
     * @param extend true if the update asked for an extension
     */
    public void onUpdateReply(boolean extend, UpdateReply.Extension answer, long now) {
        if (!answer.accepted()) {
            stop(EndReason.ORPHANED, now);
            return;
        }
        if (answer.cancelled() && stop(EndReason.CANCELLED, now)) {
            return;
        }
        output.answered(extend, answer, now);
        goOn(now);
    }

    /** The log has everything up to {@code last}. */
    public void onAppendAck(long last, long now) {
        finish.acknowledged(last, now);
    }

    /** The log ends at {@code head} and wants what follows; 0 where it was lost. Asking twice at once is answered once. */
    public void onAppendNack(long head, long now) {
        finish.nacked(head, now);
    }

    /** A connection to the relay stands and the stream's log is open there, up to {@code head}. */
    public void onRelayConnected(long head, long now) {
        finish.connected(head, now);
    }

    /** The log refuses this epoch: metering has given the stream up and the relay has ended it. */
    public void onAppendRefused(long now) {
        finish.refused(now);
    }

    /** The journal has what {@link ProducerPorts#fixed} gave it, or will not get it. */
    public void onFixed(long now) {
        finish.noted(now);
    }

    /** Metering has this stream's settle, whatever it made of it. */
    public void onSettled() {
        finish.settled();
    }

    /** Time passes. */
    public void tick(long now) {
        if (fenced(now)) {
            return;
        }
        if (life.open() && now - setup.startedNanos() >= bounds.streamTime().toNanos()) {
            finish.end(EndReason.TIME_LIMIT, null, now);
        }
        switch (life.state()) {
            case StreamState.Claimed _, StreamState.Producing _ -> tickOpen(now);
            case StreamState.Ending ending -> finish.tick(ending, now);
            case StreamState.Closing closing -> finish.tick(closing, leaseUntil, now);
            case StreamState.Reserved _, StreamState.Closed _ -> {}
        }
    }

    private void tickOpen(long now) {
        Optional<EndReason> starved = output.starved(now);
        if (starved.isPresent()) {
            finish.end(starved.get(), null, now);
            return;
        }
        askForMore(now);
        log.tick(now);
    }

    /** Where the stream is in its life. */
    public StreamState state() {
        return life.state();
    }

    /** Last offset numbered; 0 if none. */
    public long lastOffset() {
        return log.last();
    }

    /** Last offset that the log has acknowledged. */
    public long loggedOffset() {
        return log.acknowledged();
    }

    /** True while something that the agent has said waits for its count or for credit. */
    public boolean holdsBack() {
        return output.holdsBack();
    }

    /** Cumulative totals so far, as they go into every batched update while {@link #reports()}. */
    public Totals totals() {
        return switch (life.state()) {
            case StreamState.Closing closing -> closing.totals();
            case StreamState.Reserved _, StreamState.Claimed _ -> Totals.ZERO;
            case StreamState.Producing _, StreamState.Ending _, StreamState.Closed _ ->
                life.produced() ? output.counted() : Totals.ZERO;
        };
    }

    /**
     * This stream's line in the gateway's next batch.
     *
     * @param extend asks for an extension; what is held back for want of credit then counts as used, or one large delta
     *     could never fit
     */
    public UpdateBatch.Update update(boolean extend) {
        boolean waits = extend && life.open() && output.waitsForCredit();
        Totals used = waits ? output.countedAndWaiting() : totals();
        return new UpdateBatch.Update(setup.stream(), life.state().epoch(), used, extend);
    }

    /** True while the stream belongs into the gateway's batches: claimed and totals not yet final. */
    public boolean reports() {
        return life.open() || life.state() instanceof StreamState.Ending;
    }

    /** Cost so far in micro-credits, never more than the grant while the stream is open. */
    public long chargeMicro() {
        return setup.price().chargeMicro(totals());
    }

    /** What the account had left beside its holds when metering last told. */
    public long availableMicro() {
        return output.availableMicro();
    }

    private boolean accepts(long now) {
        return !fenced(now) && life.open() && !agentEnded;
    }

    /** Ends an open stream whose lease may be lost. True if this call did so. */
    private boolean fenced(long now) {
        if (life.open() && leaseUntil - bounds.leaseMargin().toNanos() - now <= 0) {
            finish.end(EndReason.METERING_UNAVAILABLE, null, now);
            return true;
        }
        return false;
    }

    private void goOn(long now) {
        if (!fenced(now) && life.open()) {
            drain(now);
            askForMore(now);
        }
    }

    private void drain(long now) {
        while (life.open()) {
            switch (output.next(now)) {
                case HeldBack.Next.Nothing _, HeldBack.Next.NeedsCount _ -> {
                    return;
                }
                case HeldBack.Next.NeedsCredit _ -> {
                    askForMore(now);
                    return;
                }
                case HeldBack.Next.Text(var type, var place, var text) ->
                    publish(Deltas.one(log.last() + 1, type, place, text, setup.millis(now), output.estimate()), now);
                case HeldBack.Next.Event(var type, var json) -> {
                    long offset = log.last() + 1;
                    publish(new Run.Event(offset, type, json.apply(offset), setup.millis(now)), now);
                }
                case HeldBack.Next.End(var reason, var reported) -> finish.end(reason, reported, now);
            }
        }
    }

    private void publish(Run run, long now) {
        if (life.state() instanceof StreamState.Claimed claimed) {
            life.becomes(claimed.producing());
        }
        ports.toReader(run);
        log.append(run, now);
        if (log.weight() > bounds.retainedBytes()) {
            finish.end(EndReason.MAX_OUTPUT_TOKENS, null, now);
        }
    }

    private void askForMore(long now) {
        if (life.open() && output.extensionDue(now)) {
            ports.update(update(true));
        }
    }
}
