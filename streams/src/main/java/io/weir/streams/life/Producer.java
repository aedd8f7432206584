package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.time.Duration;
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
 *   <li>the end: agent's socket closed → reason fixed → totals fixed → terminal appended → acknowledged, or 500 ms →
 *       terminal to the direct reader → settle, repeated until acknowledged. A terminal whose log may have been ended by
 *       others is not shown: the reader is sent to the log instead;
 *   <li>all runs are kept until the close is acknowledged, and re-appended from wherever the log says it ends.
 * </ul>
 */
public final class Producer {
    private final ProducerSetup setup;
    private final ProducerBounds bounds;
    private final TerminalBody body;
    private final ProducerPorts ports;
    private final OutputMeter meter;
    private final Extension extension;
    private final LogFeed log;
    private final HeldBack heldBack = new HeldBack();
    private StreamState state = new StreamState.Reserved();
    private long leaseUntil;
    private @Nullable Long firstTokenAt; // none yet
    private @Nullable String model; // the agent may not name it
    private boolean agentEnded;
    private boolean produced;
    private boolean logEndedByOthers;
    private long endedAt;
    private int endingTicks;
    private long closingSince;
    private Run.@Nullable Terminal terminal; // none before Closing, nor where others ended the log
    private boolean readerDone;

    /** A producer for a reserved stream. */
    public Producer(ProducerSetup setup, ProducerBounds bounds, TerminalBody body, ProducerPorts ports) {
        this.setup = setup;
        this.bounds = bounds;
        this.body = body;
        this.ports = ports;
        this.meter = new OutputMeter(setup.price(), setup.promptTokens(), setup.grantedMicro());
        this.extension = new Extension(setup, bounds, meter);
        this.log = new LogFeed(ports, bounds);
    }

    /**
     * The answer to this gateway's claim.
     *
     * @param leaseUntil end of the gateway's lease as known now, in nanos, see {@link #onLease}
     */
    public ClaimOutcome onClaimed(ClaimReply reply, long leaseUntil, long now) {
        if (!(state instanceof StreamState.Reserved reserved)) {
            throw new IllegalStateException("claimed twice");
        }
        if (!reply.won()) {
            state = reserved.released(EndReason.CANCELLED);
            return new ClaimOutcome.OwnedByAnother(reply.owner(), reply.address());
        }
        state = reserved.claimed(reply.epoch());
        this.leaseUntil = leaseUntil;
        if (reply.cancelled()) {
            return endsAtOnce(EndReason.CANCELLED, now);
        }
        if (meter.affordable() == 0) {
            return endsAtOnce(EndReason.CREDITS_EXHAUSTED, now);
        }
        return new ClaimOutcome.CallMachine(extension.mostAffordable());
    }

    private ClaimOutcome endsAtOnce(EndReason reason, long now) {
        end(reason, null, now);
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
        if (firstTokenAt == null) {
            firstTokenAt = now;
        }
        int bytes = text.readableBytes();
        boolean shown = heldBack.isEmpty() && meter.surelyAffords(bytes);
        ports.count(text, ends, !shown);
        if (shown) {
            showUncounted(ends);
            publish(Deltas.of(log.last() + 1, type, place, text, ends, setup.millis(now), meter.estimate()), now);
        } else {
            heldBack.add(type, place, text, ends);
            drain(now);
        }
        askForMore(now);
    }

    private void showUncounted(int[] ends) {
        for (int i = 0; i < ends.length; i++) {
            meter.shown(i == 0 ? ends[0] : ends[i] - ends[i - 1]);
        }
    }

    /**
     * One event that is no delta.
     *
     * @param json writes the event, one line, for the offset that it gets
     */
    public void onEvent(String type, LongFunction<ByteBuf> json, long now) {
        if (accepts(now)) {
            heldBack.add(type, json);
            drain(now);
        }
    }

    /** The agent has named its model. */
    public void onModel(String name) {
        model = name;
    }

    /**
     * The agent's answer is over, well or badly. Held-back output comes first: if that exhausts the credit, so it ends.
     *
     * @param reported the agent's own usage; absent, or zeros, where it told none: then our count stands
     */
    public void onAgentEnd(EndReason reason, @Nullable Totals reported, long now) {
        if (fenced(now) || agentEnded || !open()) {
            return;
        }
        agentEnded = true;
        heldBack.add(reason, reported);
        drain(now);
    }

    /**
     * The tokens of the next deltas that were given to {@link ProducerPorts#count}, in order.
     *
     * @param tokens tokens of each delta
     */
    public void onCounted(int[] tokens, long now) {
        for (int count : tokens) {
            if (meter.waits()) {
                meter.count(count);
            } else {
                heldBack.count(count);
            }
        }
        if (state instanceof StreamState.Ending ending) {
            if (!meter.waits()) {
                close(ending, meter.totals(meter.counted()), UsageSource.COUNTED, now);
            }
        } else {
            goOn(now);
        }
    }

    /** Ends the stream for a reason of the gateway's. False if it is ending or has ended already. */
    public boolean stop(EndReason reason, long now) {
        if (fenced(now) || !open()) {
            return false;
        }
        end(reason, null, now);
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
        extension.answered(extend, answer, now);
        goOn(now);
    }

    /** The log has everything up to {@code last}. */
    public void onAppendAck(long last, long now) {
        log.acknowledged(last, now);
        Run.Terminal end = terminal;
        if (end != null && last == end.offset() && state instanceof StreamState.Closing closing) {
            state = closing.withLogged();
            showTerminal(end);
            finish();
        }
    }

    /** The log ends at {@code head} and wants what follows; 0 where it was lost. Asking twice at once is answered once. */
    public void onAppendNack(long head, long now) {
        if (feeds()) {
            log.nacked(head, now);
            onAppendAck(head, now);
        }
    }

    /** A connection to the relay stands and the stream's log is open there, up to {@code head}. */
    public void onRelayConnected(long head, long now) {
        if (feeds()) {
            log.resend(head, now);
            onAppendAck(head, now);
        }
    }

    /** The log refuses this epoch: metering has given the stream up and the relay has ended it. */
    public void onAppendRefused(long now) {
        switch (state) {
            case StreamState.Claimed _, StreamState.Producing _ -> {
                logEndedByOthers = true;
                end(EndReason.ORPHANED, null, now);
            }
            case StreamState.Ending _ -> logEndedByOthers = true;
            case StreamState.Closing closing -> {
                state = closing.withLogged();
                abandonReader();
                finish();
            }
            case StreamState.Reserved _, StreamState.Closed _ -> {}
        }
    }

    private boolean feeds() {
        return !(state instanceof StreamState.Closed) && !logEndedByOthers;
    }

    /** Metering has this stream's settle, whatever it made of it. */
    public void onSettled() {
        if (state instanceof StreamState.Closing closing) {
            state = closing.withSettled();
            finish();
        }
    }

    /** Time passes. */
    public void tick(long now) {
        if (fenced(now)) {
            return;
        }
        if (open() && past(setup.startedNanos(), bounds.streamTime(), now)) {
            end(EndReason.TIME_LIMIT, null, now);
        }
        switch (state) {
            case StreamState.Claimed _, StreamState.Producing _ -> tickOpen(now);
            case StreamState.Ending ending -> {
                // The count may be waiting behind this tick where the process was paused.
                if (++endingTicks > 2 && past(endedAt, bounds.terminalPatience(), now)) {
                    close(ending, meter.totals(meter.estimate()), UsageSource.COUNTED, now);
                }
            }
            case StreamState.Closing _ -> tickClosing(now);
            case StreamState.Reserved _, StreamState.Closed _ -> {}
        }
    }

    private void tickOpen(long now) {
        if (extension.patienceEnded(now)) {
            end(extension.refused() ? EndReason.CREDITS_EXHAUSTED : EndReason.METERING_UNAVAILABLE, null, now);
            return;
        }
        askForMore(now);
        log.tick(now);
    }

    private void tickClosing(long now) {
        Run.Terminal end = terminal;
        if (end != null && !readerDone && past(closingSince, bounds.terminalPatience(), now)) {
            if (now - leaseUntil < 0) {
                showTerminal(end);
            } else {
                abandonReader();
            }
        }
        if (feeds()) {
            log.tick(now);
        }
    }

    /** Where the stream is in its life. */
    public StreamState state() {
        return state;
    }

    /** Last offset numbered; 0 if none. */
    public long lastOffset() {
        return log.last();
    }

    /** Cumulative totals so far, as they go into every batched update while {@link #reports()}. */
    public Totals totals() {
        return switch (state) {
            case StreamState.Closing closing -> closing.totals();
            case StreamState.Reserved _, StreamState.Claimed _ -> Totals.ZERO;
            case StreamState.Producing _, StreamState.Ending _, StreamState.Closed _ ->
                produced ? meter.totals(meter.counted()) : Totals.ZERO;
        };
    }

    /**
     * This stream's line in the gateway's next batch.
     *
     * @param extend asks for an extension; what is held back for want of credit then counts as used, or one large delta
     *     could never fit
     */
    public UpdateBatch.Update update(boolean extend) {
        boolean waits = extend && state instanceof StreamState.Producing;
        Totals used = waits ? meter.totals(meter.counted() + heldBack.waitingTokens()) : totals();
        return new UpdateBatch.Update(setup.stream(), state.epoch(), used, extend);
    }

    /** True while the stream belongs into the gateway's batches: claimed and totals not yet final. */
    public boolean reports() {
        return open() || state instanceof StreamState.Ending;
    }

    /** Cost so far in micro-credits, never more than the grant while the stream is open. */
    public long chargeMicro() {
        return setup.price().chargeMicro(totals());
    }

    /** What the account had left beside its holds when metering last told. */
    public long availableMicro() {
        return extension.availableMicro();
    }

    private boolean open() {
        return state instanceof StreamState.Claimed || state instanceof StreamState.Producing;
    }

    private boolean accepts(long now) {
        return !fenced(now) && open() && !agentEnded;
    }

    /** Ends an open stream whose lease may be lost. True if this call did so. */
    private boolean fenced(long now) {
        if (open() && leaseUntil - bounds.leaseMargin().toNanos() - now <= 0) {
            end(EndReason.METERING_UNAVAILABLE, null, now);
            return true;
        }
        return false;
    }

    private void goOn(long now) {
        if (!fenced(now) && open()) {
            drain(now);
            askForMore(now);
        }
    }

    private void drain(long now) {
        while (open()) {
            switch (heldBack.next(meter)) {
                case HeldBack.Next.Nothing _ -> {
                    extension.fed();
                    return;
                }
                case HeldBack.Next.NeedsCount _ -> {
                    return;
                }
                case HeldBack.Next.NeedsCredit _ -> {
                    if (extension.exhausted(now)) {
                        end(EndReason.CREDITS_EXHAUSTED, null, now);
                    } else {
                        askForMore(now);
                    }
                    return;
                }
                case HeldBack.Next.Text(var type, var place, var text) ->
                    publish(Deltas.one(log.last() + 1, type, place, text, setup.millis(now), meter.estimate()), now);
                case HeldBack.Next.Event(var type, var json) -> {
                    long offset = log.last() + 1;
                    publish(new Run.Event(offset, type, json.apply(offset), setup.millis(now)), now);
                }
                case HeldBack.Next.End(var reason, var reported) -> end(reason, reported, now);
            }
        }
    }

    private void publish(Run run, long now) {
        if (state instanceof StreamState.Claimed claimed) {
            state = claimed.producing();
            produced = true;
        }
        ports.toReader(run);
        log.append(run, now);
        if (log.weight() > bounds.retainedBytes()) {
            end(EndReason.MAX_OUTPUT_TOKENS, null, now);
        }
    }

    private void askForMore(long now) {
        if (open() && extension.due(now)) {
            ports.update(update(true));
        }
    }

    private void end(EndReason reason, @Nullable Totals reported, long now) {
        StreamState.Ending ending =
                switch (state) {
                    case StreamState.Claimed claimed -> claimed.end(reason);
                    case StreamState.Producing producing -> producing.end(reason);
                    case StreamState.Reserved _, StreamState.Ending _, StreamState.Closing _, StreamState.Closed _ ->
                        throw new IllegalStateException("not open");
                };
        state = ending;
        endedAt = now;
        heldBack.clear();
        ports.closeAgent();
        if (reported != null && credible(reported)) {
            close(ending, reported, UsageSource.AGENT, now);
        } else if (!produced) {
            close(ending, Totals.ZERO, UsageSource.COUNTED, now);
        } else if (!meter.waits()) {
            close(ending, meter.totals(meter.counted()), UsageSource.COUNTED, now);
        }
    }

    /** An agent that reports zeros, or no output where we have seen some, has reported nothing. */
    private boolean credible(Totals reported) {
        return !reported.isZero() && (reported.output() > 0 || firstTokenAt == null);
    }

    private void close(StreamState.Ending ending, Totals totals, UsageSource source, long now) {
        StreamState.Closing closing = ending.close(totals, source);
        closingSince = now;
        ports.fixed(record(closing));
        if (logEndedByOthers) {
            state = closing.withLogged();
            abandonReader();
            return;
        }
        state = closing;
        long offset = log.last() + 1;
        ByteBuf json =
                body.write(offset, ending.reason(), totals, source, log.runs()).asReadOnly();
        Run.Terminal end = new Run.Terminal(offset, ending.reason(), totals, source, json, setup.millis(now));
        terminal = end;
        log.append(end, now);
    }

    private void showTerminal(Run.Terminal end) {
        if (!readerDone) {
            readerDone = true;
            ports.toReader(end);
            settle();
        }
    }

    private void abandonReader() {
        if (!readerDone) {
            readerDone = true;
            ports.abandonReader();
            settle();
        }
    }

    private void settle() {
        if (state instanceof StreamState.Closing closing) {
            ports.settle(record(closing));
        }
    }

    private SettleRequest record(StreamState.Closing closing) {
        Long first = firstTokenAt;
        return new SettleRequest(
                closing.epoch(),
                closing.totals(),
                closing.source(),
                closing.reason(),
                model,
                null,
                setup.startedAt(),
                first == null ? null : setup.wall(first),
                setup.wall(endedAt));
    }

    private void finish() {
        if (state instanceof StreamState.Closing closing && closing.done()) {
            state = closing.closed();
            ports.closed();
        }
    }

    private static boolean past(long since, Duration patience, long now) {
        return now - since >= patience.toNanos();
    }
}
