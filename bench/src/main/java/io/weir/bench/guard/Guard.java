package io.weir.bench.guard;

import io.weir.bench.load.Kind;
import io.weir.bench.peer.BareFan;
import io.weir.bench.peer.Chain;
import io.weir.bench.peer.Peer;
import io.weir.bench.peer.PipeHop;
import io.weir.bench.peer.ProxyChain;
import io.weir.bench.peer.RunningChain;
import io.weir.bench.peer.RunningPeer;
import io.weir.bench.peer.WeirChain;
import io.weir.bench.peer.WeirRelay;
import io.weir.bench.peer.Workshop;
import io.weir.bench.scenario.ChainTrials;
import io.weir.bench.scenario.Trial;
import java.io.IOException;
import java.util.Map;

/**
 * What Weir's data plane costs beside the least that the same libraries need for the same work, in one short run. The ratios
 * of CPU time hold on a busy machine too, where times say nothing.
 */
public final class Guard {
    private static final int STREAMS = 25;
    private static final int OPENS_PER_SECOND = 5;
    private static final int TOKENS_PER_SECOND = 120;
    private static final int SUBSCRIBERS = 300;
    private static final int TEXTS_PER_SECOND = 100;
    private static final double WARM_SECONDS = 5;
    private static final double SECONDS = 3;
    /** On a busy machine compilers are late: until then Weir is looked at again. */
    private static final int LOOKS = 6;
    /** A machine that is busy enough has services miss their time-outs; then again. */
    private static final int ATTEMPTS = 8;

    private final Workshop workshop;

    /** A guard over the packaged services of the workshop's checkout. */
    public Guard(Workshop workshop) {
        this.workshop = workshop;
    }

    /**
     * CPU time in microseconds.
     *
     * @param weir of Weir
     * @param bare of a program that does no more than it must
     */
    public record Cost(double weir, double bare) {
        /** Weir's in relation to the other. */
        public double ratio() {
            return weir / bare;
        }
    }

    /**
     * Of gateway and edge for a token, everything on, beside two bare pipes.
     *
     * @param enough a ratio; Weir is looked at until it is below, a bounded number of times, and the best look counts
     */
    public Cost hops(double enough) throws IOException, InterruptedException {
        double bare = token(new ProxyChain(workshop, new PipeHop(), 2), Double.POSITIVE_INFINITY);
        return new Cost(token(new WeirChain(workshop), bare * enough), bare);
    }

    /** Of the relay for a token of a stream that reaches a subscriber, beside a bare sender of frames; as {@link #hops}. */
    public Cost fanOut(double enough) throws IOException, InterruptedException {
        double bare = delivery(new BareFan(workshop), Double.POSITIVE_INFINITY);
        try (var database = new WeirRelay.Database()) {
            var variant = new WeirRelay.Variant("Weir", Kind.WEIR_STREAM, Map.of());
            return new Cost(delivery(new WeirRelay(workshop, database, variant), bare * enough), bare);
        }
    }

    private static double token(Chain chain, double enoughMicros) throws IOException, InterruptedException {
        try (RunningChain running = chain.start();
                var trials = new ChainTrials(chain.name(), running)) {
            return attempted(() -> trials.connect(STREAMS, OPENS_PER_SECOND), TOKENS_PER_SECOND, enoughMicros);
        }
    }

    private static double delivery(Peer peer, double enoughMicros) throws IOException, InterruptedException {
        try (RunningPeer running = peer.start()) {
            return attempted(() -> Trial.connect(peer.name(), running, 1, SUBSCRIBERS), TEXTS_PER_SECOND, enoughMicros);
        }
    }

    private interface Connecting {
        Trial connect() throws IOException, InterruptedException;
    }

    private static double attempted(Connecting connecting, int rate, double enoughMicros)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (Trial trial = connecting.connect()) {
                return best(trial, rate, enoughMicros);
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static double best(Trial trial, int rate, double enoughMicros) throws IOException {
        double best = Double.POSITIVE_INFINITY;
        for (int look = 1; look <= LOOKS && best >= enoughMicros; look++) {
            best = Math.min(best, trial.publish(rate, WARM_SECONDS, SECONDS).cpuMicrosPerDelivery());
        }
        return best;
    }
}
