package io.weir.bench.scenario;

import io.weir.bench.load.Generator;
import io.weir.bench.load.Generator.Published;
import io.weir.bench.load.LoadSpec;
import io.weir.bench.load.StopResult;
import io.weir.bench.measure.ProcessMeter;
import io.weir.bench.measure.ProcessMeter.Reading;
import io.weir.bench.peer.RunningChain;
import io.weir.bench.peer.RunningPeer;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/** A running peer and the generator that is connected to it. */
public final class Trial implements AutoCloseable {
    private static final int CONNECTS_PER_SECOND = 1_500;
    private static final int FIRST_SOURCE = 2;

    private final String name;
    private final ProcessMeter meter;
    private final ProcessMeter whole;
    private final Generator generator;
    private final Histogram joins;

    private final Runnable end;

    private Trial(
            String name, ProcessMeter meter, ProcessMeter whole, Generator generator, Histogram joins, Runnable end) {
        this.name = name;
        this.meter = meter;
        this.whole = whole;
        this.generator = generator;
        this.joins = joins;
        this.end = end;
    }

    /** Connects subscribers to the peer, spread over topics, in a generator of their own. */
    public static Trial connect(String name, RunningPeer peer, int topics, int subscribers) throws IOException {
        LoadSpec load = peer.load(topics, subscribers, FIRST_SOURCE, CONNECTS_PER_SECOND);
        Generator generator = Generator.start(load);
        return subscribed(name, peer.meter(), peer.meter(), generator, generator::close);
    }

    /** Has the generator ask through the chain. */
    static Trial subscribed(String name, RunningChain chain, Generator generator, Runnable end) throws IOException {
        return subscribed(name, chain.hops(), chain.everything(), generator, end);
    }

    private static Trial subscribed(
            String name, ProcessMeter meter, ProcessMeter whole, Generator generator, Runnable end) throws IOException {
        try {
            return new Trial(name, meter, whole, generator, generator.subscribe(), end);
        } catch (IOException e) {
            end.run();
            throw e;
        }
    }

    /** How long it took subscribers from their request until they followed their topic, in nanoseconds. */
    public Histogram joins() {
        return joins;
    }

    /** Publishes so many messages a second on each topic. */
    public Measured publish(int rate, double warmSeconds, double seconds) throws IOException {
        Published<Readings> published = generator.publish(rate, warmSeconds, seconds, this::read);
        Readings before = published.before();
        Readings after = published.after();
        return new Measured(
                name,
                published.result(),
                after.server().cpuSeconds() - before.server().cpuSeconds(),
                after.server().memoryBytes(),
                after.whole().cpuSeconds() - before.whole().cpuSeconds());
    }

    /** Stops so many answers, so many a second, while all say so many tokens a second. */
    public StopResult stop(int count, int perSecond, int rate) throws IOException {
        return generator.stop(count, perSecond, rate);
    }

    private record Readings(Reading server, Reading whole) {}

    private Readings read() throws IOException {
        return new Readings(meter.read(), whole.read());
    }

    @Override
    public void close() {
        end.run();
    }
}
