package io.weir.relay.conversation;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import io.weir.streams.run.TerminalJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A finished stream, told again from what {@code messages} has of it: the same text at the same offsets. Of the
 * events around it only the usual ones are told. An answer that was written without its cuts, and the compacted beginning
 * of a very long one, can only be told as a whole.
 */
public final class Retold {
    private static final Place PLACE = new Place("msg_0", 0, 0);
    /** created, in progress, item added, part added. */
    private static final int OPENING_EVENTS = 4;
    /** text done, part done, item done. */
    private static final int CLOSING_EVENTS = 3;

    private final ResponseJson events;
    private final ByteBuf text;
    private final Run.Terminal terminal;
    private final Optional<int[]> ends;
    private final long unknownUntil;

    /** Tells a stored answer. */
    public Retold(StreamId stream, StoredAnswer.Answer answer) {
        this.events = new ResponseJson(stream, answer.agent());
        this.text = Unpooled.wrappedBuffer(JsonStringEncoder.getInstance().quoteAsUTF8(answer.content()));
        this.terminal = terminal(answer);
        this.ends = answer.cuts().flatMap(cuts -> cuts.ends(text, terminal.offset() - 1));
        this.unknownUntil = answer.cuts().map(Cuts::unknownUntil).orElse(0L);
    }

    private static Run.Terminal terminal(StoredAnswer.Answer answer) {
        ByteBuf json = Unpooled.wrappedBuffer(answer.terminal().getBytes(StandardCharsets.UTF_8));
        EndReason reason = EndReason.ofWire(answer.state());
        var said = TerminalJson.read(reason.terminal(), json);
        return new Run.Terminal(answer.offset(), reason, said.totals().orElse(Totals.ZERO), said.source(), json, 0);
    }

    /** The ending. */
    public Run.Terminal terminal() {
        return terminal;
    }

    /** All text, up to the offset before the terminal; empty if there is none. */
    public Optional<Deltas> snapshot() {
        long to = terminal.offset() - 1;
        return text.isReadable() && to > 0 ? Optional.of(deltas(1, to)) : Optional.empty();
    }

    /** True if what follows {@code after} can be cut out of {@link #all()}. */
    public boolean isCutAt(long after) {
        return after == 0 || (ends.isPresent() && text.isReadable() && after >= unknownUntil);
    }

    /** Everything, with the events around the text where the offsets leave room. */
    public List<Run> all() {
        return ends.filter(_ -> text.isReadable()).map(this::cut).orElseGet(this::whole);
    }

    private List<Run> cut(int[] known) {
        int count = known.length;
        int silent = 0;
        while (known[silent] == 0) {
            silent++;
        }
        int closing = count;
        while (closing > 1 && known[closing - 2] == known[count - 1]) {
            closing--;
        }
        boolean opens = silent >= OPENING_EVENTS;
        boolean closes = opens && count - closing >= CLOSING_EVENTS;
        List<Run> runs = new ArrayList<>();
        if (opens) {
            open(runs);
        }
        int from = opens ? OPENING_EVENTS : 0;
        int[] told = Arrays.copyOfRange(known, from, closes ? count - CLOSING_EVENTS : count);
        runs.add(Deltas.of(from + 1L, EventTypes.TEXT_DELTA, PLACE, text, told, 0, 0));
        if (closes) {
            close(count, runs);
        }
        runs.add(terminal);
        return runs;
    }

    private List<Run> whole() {
        long to = terminal.offset() - 1;
        List<Run> runs = new ArrayList<>();
        if (text.isReadable() && to > OPENING_EVENTS + CLOSING_EVENTS) {
            open(runs);
            runs.add(deltas(OPENING_EVENTS + 1L, to - CLOSING_EVENTS));
            close(to, runs);
        } else {
            snapshot().ifPresent(runs::add);
        }
        runs.add(terminal);
        return runs;
    }

    private void open(List<Run> runs) {
        runs.add(events.created(1, 0));
        runs.add(events.inProgress(2, 0));
        runs.add(events.itemAdded(3, PLACE, 0));
        runs.add(events.partAdded(4, PLACE, 0));
    }

    private void close(long to, List<Run> runs) {
        runs.add(events.textDone(to - 2, PLACE, text, 0));
        runs.add(events.partDone(to - 1, PLACE, text, 0));
        runs.add(events.itemDone(to, PLACE, text, 0));
    }

    private Deltas deltas(long first, long last) {
        return Deltas.whole(first, last, EventTypes.TEXT_DELTA, PLACE, text, 0, 0);
    }
}
