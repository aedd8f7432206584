package io.weir.edge.fake;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.CanonicalWriter;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One stream's canonical events, as gateway and relay write them. */
public final class Script {
    private static final Place PLACE = new Place("msg_1", 0, 0);

    private final ResponseJson json;
    private final List<Run> runs = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    public Script(StreamId stream) {
        this.json = new ResponseJson(stream, "demo");
    }

    /** What every answer begins with: offsets 1 to 4. */
    public String scaffold() {
        return add(json.created(1, 0))
                + add(json.inProgress(2, 0))
                + add(json.itemAdded(3, PLACE, 0))
                + add(json.partAdded(4, PLACE, 0));
    }

    /** A text delta; plain ASCII without quotes. */
    public String delta(String plain) {
        text.append(plain);
        return add(Deltas.one(next(), "response.output_text.delta", PLACE, utf8(plain), next(), next()));
    }

    /** The terminal event. */
    public String end(EndReason reason) {
        ByteBuf output = ResponseJson.output(PLACE, utf8(text.toString()), reason);
        return add(json.terminal(
                next(), reason, Totals.counted(3, runs.size()), UsageSource.COUNTED, output, null, next()));
    }

    /** Everything so far behind an offset. */
    public String after(long offset) {
        var out = new StringBuilder();
        runs.stream().filter(run -> run.last() > offset).forEach(run -> out.append(written(run)));
        return out.toString();
    }

    private long next() {
        return runs.size() + 1L;
    }

    private String add(Run run) {
        runs.add(run);
        return written(run);
    }

    private static String written(Run run) {
        ByteBuf out = Unpooled.buffer();
        CanonicalWriter.write(run, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
