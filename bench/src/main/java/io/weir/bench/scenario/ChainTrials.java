package io.weir.bench.scenario;

import io.weir.bench.load.Generator;
import io.weir.bench.load.LoadSpec;
import io.weir.bench.peer.RunningChain;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Trials of one chain, one after the other. They share a generator, and with it an agent that is there the whole time: a
 * chain that watches its machines does not see one go and another come at the same address between two trials.
 */
public final class ChainTrials implements AutoCloseable {
    private final String name;
    private final RunningChain chain;
    private @Nullable Generator generator;

    /** Of this chain. */
    public ChainTrials(String name, RunningChain chain) {
        this.name = name;
        this.chain = chain;
    }

    /** Asks for so many answers, so many a second, of the agent; the trial before has to be closed. */
    public Trial connect(int streams, int opensPerSecond) throws IOException, InterruptedException {
        Generator using = loaded(chain.load(streams, opensPerSecond));
        chain.readiness().await();
        return Trial.subscribed(name, chain, using, () -> rest(using));
    }

    private Generator loaded(LoadSpec load) throws IOException {
        if (generator != null && generator.isAlive()) {
            generator.load(load);
        } else {
            generator = Generator.start(load);
        }
        return generator;
    }

    /** What cannot rest is ended: the next trial has a new one. */
    private static void rest(Generator generator) {
        try {
            generator.rest();
        } catch (IOException _) {
            generator.close();
        }
    }

    @Override
    public void close() {
        if (generator != null) {
            generator.close();
        }
    }
}
