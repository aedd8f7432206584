package io.weir.streams.run;

import io.netty.buffer.ByteBuf;
import io.weir.streams.json.JsonText;
import java.util.ArrayList;
import java.util.List;

/** A canonical reader and what it told. */
final class RunRecorder implements CanonicalReader.Handler {
    private final CanonicalReader reader = new CanonicalReader(1 << 20, this);
    private final List<Run> runs = new ArrayList<>();
    private final List<String> weirTypes = new ArrayList<>();
    private final List<String> snapshots = new ArrayList<>();
    private int comments;

    void feed(String sse) {
        reader.feed(Samples.utf8(sse));
    }

    void feed(ByteBuf chunk) {
        reader.feed(chunk);
    }

    List<Run> runs() {
        return List.copyOf(runs);
    }

    List<String> weirTypes() {
        return List.copyOf(weirTypes);
    }

    List<String> snapshots() {
        return List.copyOf(snapshots);
    }

    int comments() {
        return comments;
    }

    List<String> offsets() {
        return runs.stream()
                .map(run -> run.first() == run.last() ? "" + run.first() : run.first() + "-" + run.last())
                .toList();
    }

    String text() {
        return text(runs);
    }

    static String text(List<? extends Run> runs) {
        var text = new StringBuilder();
        for (Run run : runs) {
            if (run instanceof Deltas deltas && deltas.isText()) {
                text.append(Samples.utf8(deltas.text()));
            }
        }
        return JsonText.unescape(Samples.utf8(text.toString()));
    }

    @Override
    public void run(Run run) {
        runs.add(run);
    }

    @Override
    public void snapshot(Deltas text) {
        snapshots.add(text.first() + "-" + text.last() + " " + Samples.utf8(text.text()));
    }

    @Override
    public void weir(String type, ByteBuf json) {
        weirTypes.add(type);
    }

    @Override
    public void comment() {
        comments++;
    }
}
