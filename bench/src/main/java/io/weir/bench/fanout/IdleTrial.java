package io.weir.bench.fanout;

import io.weir.bench.load.Generator;
import io.weir.bench.peer.Peer;
import io.weir.bench.peer.RunningPeer;
import io.weir.bench.peer.RunningPeer.Held;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Opens sockets that then do nothing, from two processes, since one may not have descriptors enough; each on four source
 * addresses. The code is warmed up by sockets that come and go before the first reading.
 */
final class IdleTrial {
    private static final int WARM_UP = 500;
    /** Of each process; both together stay below what a relay lets in by default. */
    private static final int CONNECTS_PER_SECOND = 300;

    private static final int SETTLE_SECONDS = 2;
    private static final int FIRST_SOURCES = 2;
    private static final int SECOND_SOURCES = 6;

    private IdleTrial() {}

    static Idle run(Peer peer, int sockets) throws IOException, InterruptedException {
        try (RunningPeer running = peer.start()) {
            try (Generator warmUp = generator(running, WARM_UP, FIRST_SOURCES)) {
                warmUp.subscribe();
            }
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            Held before = running.held();
            try (Generator first = generator(running, sockets / 2, FIRST_SOURCES);
                    Generator second = generator(running, sockets - sockets / 2, SECOND_SOURCES)) {
                first.beginSubscribing();
                second.beginSubscribing();
                first.awaitSubscribed();
                second.awaitSubscribed();
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                return new Idle(peer.name(), sockets, before, running.held());
            }
        }
    }

    /** A topic for each socket; the two processes have the same ones, so a topic has two subscribers. */
    private static Generator generator(RunningPeer peer, int sockets, int firstSource) throws IOException {
        return Generator.start(peer.load(sockets, sockets, firstSource, CONNECTS_PER_SECOND));
    }
}
