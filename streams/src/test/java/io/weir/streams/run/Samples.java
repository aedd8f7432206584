package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One small answer with everything that is hard about text in it. */
public final class Samples {
    public static final StreamId STREAM = StreamId.parse("019a9d3e-5c00-7000-8000-00000000002a");
    public static final String MODEL = "demo";
    public static final Place PLACE = new Place("msg_1", 1, 0);
    public static final Place THOUGHT = new Place("rs_1", 0, 0);
    public static final Totals TOTALS = new Totals(12, 4, 2, 9, 3);
    /** What a reader must end up with. */
    public static final String TEXT = "Hello \"wörld\"\n\\ 😀\t€ done";

    private static final String[] PIECES = {"Hello \"w", "örld\"", "\n\\ 😀", "\t€", " done"};

    private Samples() {}

    public static ResponseJson json() {
        return new ResponseJson(STREAM, MODEL);
    }

    /** The whole answer: thought, text (one delta, then four merged ones), the closing events, the end. */
    public static List<Run> answer(EndReason reason) {
        ResponseJson json = json();
        ByteBuf text = JsonText.escaped(TEXT);
        var runs = new ArrayList<Run>();
        runs.add(json.created(1, 0));
        runs.add(json.inProgress(2, 0));
        runs.add(deltas(3, EventTypes.REASONING_SUMMARY_DELTA, THOUGHT, 40, "Let me ", "think"));
        runs.add(json.itemAdded(5, PLACE, 80));
        runs.add(json.partAdded(6, PLACE, 80));
        runs.add(deltas(7, EventTypes.TEXT_DELTA, PLACE, 81, PIECES[0]));
        runs.add(deltas(8, EventTypes.TEXT_DELTA, PLACE, 102, PIECES[1], PIECES[2], PIECES[3], PIECES[4]));
        runs.add(json.textDone(12, PLACE, text, 200));
        runs.add(json.partDone(13, PLACE, text, 200));
        runs.add(json.itemDone(14, PLACE, text, 200));
        runs.add(terminal(15, reason));
        return runs;
    }

    public static Run.Terminal terminal(long offset, EndReason reason) {
        ByteBuf output = ResponseJson.output(PLACE, JsonText.escaped(TEXT), reason);
        return json().terminal(offset, reason, TOTALS, UsageSource.AGENT, output, null, 210);
    }

    /** A run of deltas with these texts. */
    public static Deltas deltas(long first, String type, Place place, long atMillis, String... pieces) {
        ByteBuf text = Unpooled.buffer();
        int[] ends = new int[pieces.length];
        for (int i = 0; i < pieces.length; i++) {
            JsonText.escape(pieces[i], text);
            ends[i] = text.readableBytes();
        }
        return Deltas.of(first, type, place, text, ends, atMillis, first + pieces.length);
    }

    public static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String utf8(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.UTF_8);
    }
}
