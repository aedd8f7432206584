package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.run.Deltas;
import java.util.ArrayDeque;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the agent has said but the stream may not show yet: text that could be past the last affordable token, and
 * whatever came behind it. Empty nearly always, and then events only pass through.
 */
final class HeldBack {
    private static final int UNKNOWN = -1;

    private final ArrayDeque<Held> queue = new ArrayDeque<>();
    private final ArrayDeque<Text> uncounted = new ArrayDeque<>();

    /** What comes next, and whether it may. */
    sealed interface Next {
        /** The queue is empty. */
        record Nothing() implements Next {}

        /** Text whose count decides. */
        record NeedsCount() implements Next {}

        /** Text past the last affordable token. */
        record NeedsCredit() implements Next {}

        /** A delta to show; the meter has taken it into account. */
        record Text(String type, Deltas.Place place, ByteBuf text) implements Next {}

        /** An event to show. */
        record Event(String type, LongFunction<ByteBuf> json) implements Next {}

        /** The agent's end. */
        record End(EndReason reason, @Nullable Totals reported) implements Next {}
    }

    private sealed interface Held permits Text, Other {}

    private record Other(Next next) implements Held {}

    private static final class Text implements Held {
        private final Next.Text next;
        private int tokens = UNKNOWN;

        private Text(Next.Text next) {
            this.next = next;
        }

        private int bytes() {
            return next.text().readableBytes();
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    void add(String type, Deltas.Place place, ByteBuf text, int[] ends) {
        int from = 0;
        for (int end : ends) {
            Text delta = new Text(new Next.Text(type, place, text.slice(text.readerIndex() + from, end - from)));
            queue.add(delta);
            uncounted.add(delta);
            from = end;
        }
    }

    void add(String type, LongFunction<ByteBuf> json) {
        queue.add(new Other(new Next.Event(type, json)));
    }

    void add(EndReason reason, @Nullable Totals reported) {
        queue.add(new Other(new Next.End(reason, reported)));
    }

    /** The count of the oldest uncounted held delta; ignored if there is none (the stream has ended meanwhile). */
    void count(int tokens) {
        Text text = uncounted.poll();
        if (text != null) {
            text.tokens = Math.clamp(tokens, 0, text.bytes());
        }
    }

    /** Counted tokens of the text that waits for credit; 0 if none does. */
    int waitingTokens() {
        return queue.peek() instanceof Text text ? Math.max(0, text.tokens) : 0;
    }

    /** Takes the next item out if the meter affords it. */
    Next next(OutputMeter meter) {
        return switch (queue.peek()) {
            case null -> new Next.Nothing();
            case Other other -> {
                queue.remove();
                yield other.next;
            }
            case Text text -> text.tokens == UNKNOWN ? nextUncounted(text, meter) : nextCounted(text, meter);
        };
    }

    private Next nextUncounted(Text text, OutputMeter meter) {
        if (!meter.surelyAffords(text.bytes())) {
            return new Next.NeedsCount();
        }
        queue.remove();
        uncounted.remove();
        meter.shown(text.bytes());
        return text.next;
    }

    private Next nextCounted(Text text, OutputMeter meter) {
        if (!meter.affords(text.tokens)) {
            return new Next.NeedsCredit();
        }
        queue.remove();
        meter.shownCounted(text.tokens);
        return text.next;
    }

    void clear() {
        queue.clear();
        uncounted.clear();
    }
}
