package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.upstream.AgentEnd;
import io.weir.gateway.upstream.AgentListener;
import io.weir.streams.life.Producer;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import java.time.Duration;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** What an agent says to one open stream, brought to its producer. Stream's loop. */
public final class Told implements AgentListener {
    private static final int AGENT_WORDS = 300;

    private final Context context;
    private final StreamId stream;
    private final ResponseJson canonical;
    private final StreamMetrics metrics;
    private final TerminalWriter terminals;
    private final Supplier<Producer> producer;
    private final long startedNanos = System.nanoTime();
    private boolean firstDelta;

    Told(
            Context context,
            StreamId stream,
            ResponseJson canonical,
            StreamMetrics metrics,
            TerminalWriter terminals,
            Supplier<Producer> producer) {
        this.context = context;
        this.stream = stream;
        this.canonical = canonical;
        this.metrics = metrics;
        this.terminals = terminals;
        this.producer = producer;
    }

    /** The stream's loop. */
    public Context context() {
        return context;
    }

    /** The stream. */
    public StreamId stream() {
        return stream;
    }

    /** Writes its canonical events. */
    public ResponseJson canonical() {
        return canonical;
    }

    /** Epoch of its claim. */
    public long epoch() {
        return producer.get().state().epoch();
    }

    /** Last offset that anything said so far has got; 0 if none. */
    public long lastOffset() {
        return producer.get().lastOffset();
    }

    /** True once the log has everything up to {@code offset}, and nothing waits for credit. */
    public boolean taken(long offset) {
        return producer.get().loggedOffset() >= offset && !producer.get().holdsBack();
    }

    @Override
    public void event(String type, boolean commits, LongFunction<ByteBuf> json) {
        producer.get().onEvent(type, json, System.nanoTime());
    }

    @Override
    public void deltas(String type, Place place, ByteBuf text, int[] ends) {
        if (!firstDelta) {
            firstDelta = true;
            metrics.firstDelta(Duration.ofNanos(System.nanoTime() - startedNanos));
        }
        producer.get().onDeltas(type, place, text, ends, System.nanoTime());
    }

    @Override
    public void model(String model) {
        producer.get().onModel(model);
    }

    @Override
    public void end(AgentEnd end) {
        if (end instanceof AgentEnd.Said said) {
            terminals.said(new AgentEnd.Said(
                    said.reason(), said.totals(), said.output(), said.message().map(Told::shortened)));
            producer.get().onAgentEnd(said.reason(), said.totals().orElse(null), System.nanoTime());
        }
    }

    /** Nobody will say the rest. */
    public void failed(EndReason reason, String message) {
        terminals.message(message);
        producer.get().onAgentEnd(reason, null, System.nanoTime());
    }

    private static String shortened(String words) {
        return words.length() <= AGENT_WORDS ? words : words.substring(0, AGENT_WORDS) + "…";
    }
}
