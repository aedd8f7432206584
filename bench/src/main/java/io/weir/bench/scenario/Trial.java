package io.weir.bench.scenario;

import io.weir.bench.load.Generator;
import io.weir.bench.load.Generator.Published;
import io.weir.bench.measure.ProcessMeter;
import io.weir.bench.measure.ProcessMeter.Reading;
import io.weir.bench.peer.RunningPeer;
import java.io.IOException;

/** A running peer and the generator that is connected to it. */
public final class Trial implements AutoCloseable {
    private static final int CONNECTS_PER_SECOND = 1_500;
    private static final int FIRST_SOURCE = 2;

    private final String name;
    private final ProcessMeter meter;
    private final Generator generator;

    private Trial(String name, ProcessMeter meter, Generator generator) {
        this.name = name;
        this.meter = meter;
        this.generator = generator;
    }

    /** Connects subscribers to the peer, spread over topics, in a generator of their own. */
    public static Trial connect(String name, RunningPeer peer, int topics, int subscribers) throws IOException {
        Generator generator = Generator.start(peer.load(topics, subscribers, FIRST_SOURCE, CONNECTS_PER_SECOND));
        try {
            generator.subscribe();
        } catch (IOException e) {
            generator.close();
            throw e;
        }
        return new Trial(name, peer.meter(), generator);
    }

    /** Publishes so many messages a second on each topic. */
    public Measured publish(int rate, double warmSeconds, double seconds) throws IOException {
        Published<Reading> published = generator.publish(rate, warmSeconds, seconds, meter::read);
        return new Measured(
                name,
                published.result(),
                published.after().cpuSeconds() - published.before().cpuSeconds(),
                published.after().memoryBytes());
    }

    @Override
    public void close() {
        generator.close();
    }
}
