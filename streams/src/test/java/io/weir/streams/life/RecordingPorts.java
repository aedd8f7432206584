package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a producer asks for. */
final class RecordingPorts implements ProducerPorts {
    final List<Run> shown = new ArrayList<>();
    final List<Run> appended = new ArrayList<>();
    final List<UpdateBatch.Update> updates = new ArrayList<>();
    final List<SettleRequest> fixed = new ArrayList<>();
    final List<SettleRequest> settled = new ArrayList<>();
    final List<String> order = new ArrayList<>();
    int urgentCounts;
    int closedAgents;
    int abandoned;
    boolean closed;
    /** True: {@link #fixed} is answered by the test. */
    boolean journals;

    @Override
    public void toReader(Run run) {
        shown.add(run);
        order.add("reader " + run.last());
    }

    @Override
    public void abandonReader() {
        abandoned++;
        order.add("abandon");
    }

    @Override
    public void append(Run run) {
        appended.add(run);
        order.add("append " + run.first() + ".." + run.last());
    }

    @Override
    public void count(ByteBuf text, int[] ends, boolean urgent) {
        urgentCounts += urgent ? 1 : 0;
    }

    @Override
    public void update(UpdateBatch.Update update) {
        updates.add(update);
    }

    @Override
    public boolean fixed(SettleRequest request) {
        fixed.add(request);
        return !journals;
    }

    @Override
    public void settle(SettleRequest request) {
        settled.add(request);
        order.add("settle");
    }

    @Override
    public void closeAgent() {
        closedAgents++;
        order.add("close agent");
    }

    @Override
    public void closed() {
        closed = true;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        shown.forEach(run -> {
            if (run instanceof Deltas deltas) {
                text.append(deltas.text().toString(StandardCharsets.UTF_8));
            }
        });
        return text.toString();
    }

    Run.Terminal lastShownTerminal() {
        if (shown.getLast() instanceof Run.Terminal terminal) {
            return terminal;
        }
        throw new AssertionError("no terminal shown: " + shown);
    }
}
