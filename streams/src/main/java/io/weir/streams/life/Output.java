package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.run.Deltas;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What the agent says, in order, against what the account affords: decides what may be shown next. */
final class Output {
    private final OutputMeter meter;
    private final Extension extension;
    private final HeldBack heldBack = new HeldBack();

    Output(ProducerSetup setup, ProducerBounds bounds) {
        meter = new OutputMeter(setup.price(), setup.promptTokens(), setup.grantedMicro());
        extension = new Extension(setup, bounds, meter);
    }

    /** True if the deltas may be shown now, whatever they count to; else they are held back. */
    boolean passes(String type, Deltas.Place place, ByteBuf text, int[] ends) {
        if (!heldBack.isEmpty() || !meter.surelyAffords(text.readableBytes())) {
            heldBack.add(type, place, text, ends);
            return false;
        }
        for (int i = 0; i < ends.length; i++) {
            meter.shown(i == 0 ? ends[0] : ends[i] - ends[i - 1]);
        }
        return true;
    }

    void add(String type, LongFunction<ByteBuf> json) {
        heldBack.add(type, json);
    }

    void add(EndReason reason, @Nullable Totals reported) {
        heldBack.add(reason, reported);
    }

    void counted(int[] tokens) {
        for (int count : tokens) {
            if (meter.waits()) {
                meter.count(count);
            } else {
                heldBack.count(count);
            }
        }
    }

    /** What comes next; the end, {@code credits_exhausted}, where nothing more can be afforded. */
    HeldBack.Next next(long now) {
        HeldBack.Next next = heldBack.next(meter);
        if (next instanceof HeldBack.Next.Nothing) {
            extension.fed();
        }
        return next instanceof HeldBack.Next.NeedsCredit && extension.exhausted(now)
                ? new HeldBack.Next.End(EndReason.CREDITS_EXHAUSTED, null)
                : next;
    }

    /** Nothing that is held back will be shown any more. */
    void drop() {
        heldBack.clear();
    }

    /** True if an extension is to be asked for now; takes note that it is. */
    boolean extensionDue(long now) {
        return extension.due(now);
    }

    void answered(boolean extend, UpdateReply.Extension answer, long now) {
        extension.answered(extend, answer, now);
    }

    /** How to end a stream whose output has waited for credit for too long. */
    Optional<EndReason> starved(long now) {
        if (!extension.patienceEnded(now)) {
            return Optional.empty();
        }
        return Optional.of(extension.refused() ? EndReason.CREDITS_EXHAUSTED : EndReason.METERING_UNAVAILABLE);
    }

    /** True while something shown is not counted yet. */
    boolean uncounted() {
        return meter.waits();
    }

    boolean holdsBack() {
        return !heldBack.isEmpty();
    }

    /** Totals of what was shown and counted. */
    Totals counted() {
        return meter.totals(meter.counted());
    }

    /** True while counted text is held back. */
    boolean waitsForCredit() {
        return heldBack.waitingTokens() > 0;
    }

    /** Totals with what waits for credit. */
    Totals countedAndWaiting() {
        return meter.totals(meter.counted() + heldBack.waitingTokens());
    }

    /** Totals with a typical figure for what is not counted yet. */
    Totals estimated() {
        return meter.totals(meter.estimate());
    }

    long estimate() {
        return meter.estimate();
    }

    /** True if not even the prompt is covered. */
    boolean affordsNothing() {
        return meter.affordable() == 0;
    }

    long mostAffordable() {
        return extension.mostAffordable();
    }

    long availableMicro() {
        return extension.availableMicro();
    }
}
