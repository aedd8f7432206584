package io.weir.bench.fanout;

import io.weir.bench.load.Generator;
import io.weir.bench.peer.Peer;
import io.weir.bench.peer.RunningPeer;
import io.weir.bench.peer.RunningPeer.Held;
import io.weir.bench.scenario.Measured;
import io.weir.bench.scenario.Trial;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Opens sockets that then do nothing, from two processes, since one may not have descriptors enough; each on four source
 * addresses. The code is warmed up by sockets that come and go before the first reading. Then others are active beside them.
 */
final class IdleTrial {
    private static final int WARM_UP = 500;
    /** Of each process; both together stay below what a relay lets in by default. */
    private static final int CONNECTS_PER_SECOND = 300;

    private static final int SETTLE_SECONDS = 2;
    private static final int FIRST_SOURCES = 2;
    private static final int SECOND_SOURCES = 6;

    private final Doses doses;

    IdleTrial(Doses doses) {
        this.doses = doses;
    }

    /**
     * What was found.
     *
     * @param idle memory of those that do nothing
     * @param active what came to the others
     */
    record Found(Idle idle, Measured active) {}

    Found run(Peer peer) throws IOException, InterruptedException {
        try (RunningPeer running = peer.start()) {
            try (Generator warmUp = generator(running, WARM_UP, FIRST_SOURCES)) {
                warmUp.subscribe();
            }
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            Held before = running.held();
            int half = doses.idle() / 2;
            try (Generator first = generator(running, half, FIRST_SOURCES);
                    Generator second = generator(running, doses.idle() - half, SECOND_SOURCES)) {
                first.beginSubscribing();
                second.beginSubscribing();
                first.awaitSubscribed();
                second.awaitSubscribed();
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                var idle = new Idle(peer.name(), doses.idle(), before, running.held());
                try (Trial active = Trial.connect(peer.name(), running, 1, doses.active())) {
                    return new Found(
                            idle, active.publish(doses.topicRate(), doses.firstWarmSeconds() / 2, doses.seconds()));
                }
            }
        }
    }

    /** A topic for each socket, none of them the first; the two processes have the same ones, so a topic has two subscribers. */
    private static Generator generator(RunningPeer peer, int sockets, int firstSource) throws IOException {
        return Generator.start(
                peer.load(sockets, sockets, firstSource, CONNECTS_PER_SECOND).onTopicsFrom(1));
    }
}
