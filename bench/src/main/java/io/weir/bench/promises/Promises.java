package io.weir.bench.promises;

import io.weir.bench.load.Kind;
import io.weir.bench.measure.About;
import io.weir.bench.peer.BareFan;
import io.weir.bench.peer.Chain;
import io.weir.bench.peer.NoChain;
import io.weir.bench.peer.Peer;
import io.weir.bench.peer.RunningChain;
import io.weir.bench.peer.RunningPeer;
import io.weir.bench.peer.WeirChain;
import io.weir.bench.peer.WeirRelay;
import io.weir.bench.peer.Workshop;
import io.weir.bench.report.Section;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.ChainTrials;
import io.weir.bench.scenario.Measured;
import io.weir.bench.scenario.Roster;
import io.weir.bench.scenario.Scenario;
import io.weir.bench.scenario.Trial;
import io.weir.local.stack.StackException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each promise of the design with its figure, and in relation to bare sockets that do the same. */
public final class Promises implements Scenario {
    private static final int BROADCAST_MILLIS = 50;
    private static final int TOKEN_MILLIS = 100;
    private static final int NOTICE_MILLIS = 1_000;
    private static final int NEAR_SUBSCRIBERS = 50;
    private static final int FAR_SUBSCRIBERS = 1_000;
    private static final int TEXTS_PER_SECOND = 20;
    private static final int NOTICES_PER_SECOND = 5;
    private static final int STREAMS = 50;
    private static final int TOKENS_PER_SECOND = 20;
    private static final int OPENS_PER_SECOND = 20;

    private final Workshop workshop;
    private final Plan plan;
    private final String command;
    private final Roster roster = new Roster();
    private final List<Promise> promises = new ArrayList<>();

    /**
     * The scenario.
     *
     * @param brief shorter parts
     */
    public Promises(Workshop workshop, boolean brief) {
        this.workshop = workshop;
        this.plan = brief ? Plan.brief() : Plan.full();
        this.command = brief ? "./weir bench promises --short" : "./weir bench promises";
    }

    @Override
    public String name() {
        return "promises";
    }

    @Override
    public Section run(Progress progress) throws Exception {
        About about = About.now(command);
        roster.measured("Weir", "the packaged services, everything on");
        roster.measured(
                NoChain.NAME,
                "for broadcasts and notices a program on the same library that sends each text to all sockets and does"
                        + " nothing else; for answers the reader asks the agent itself");
        try (var database = new WeirRelay.Database()) {
            fan(
                    relay(database, Kind.WEIR_BROADCAST),
                    List.of(
                            new Part("a broadcast to 50", BROADCAST_MILLIS, NEAR_SUBSCRIBERS, TEXTS_PER_SECOND),
                            new Part(
                                    "a broadcast to 1,000, who wait for the topic's tick",
                                    BROADCAST_MILLIS,
                                    FAR_SUBSCRIBERS,
                                    TEXTS_PER_SECOND),
                            new Part(
                                    "a typing notice from a socket to 50",
                                    NOTICE_MILLIS,
                                    NEAR_SUBSCRIBERS,
                                    NOTICES_PER_SECOND)),
                    progress);
            fan(
                    relay(database, Kind.WEIR_NOTICE),
                    List.of(new Part(
                            "a job's notice over HTTP to 50", NOTICE_MILLIS, NEAR_SUBSCRIBERS, NOTICES_PER_SECOND)),
                    progress);
        }
        answers(progress);
        Optional<Waiting.Both> waiting = streaming(progress);
        return new Report(plan, roster, promises, waiting).section(about);
    }

    private Peer relay(WeirRelay.Database database, Kind kind) {
        return new WeirRelay(workshop, database, new WeirRelay.Variant("Weir", kind, Map.of()));
    }

    /** What is published to so many, and within what time it should be there. */
    private record Part(String what, int withinMillis, int subscribers, int rate) {}

    private void fan(Peer relay, List<Part> parts, Progress progress) throws InterruptedException {
        try (RunningPeer weir = relay.start();
                RunningPeer bare = new BareFan(workshop).start()) {
            for (Part part : parts) {
                fan(weir, bare, part, progress);
            }
        } catch (IOException e) {
            missing(parts.getFirst().what() + " and what follows it", e, progress);
        }
    }

    private void fan(RunningPeer weir, RunningPeer bare, Part part, Progress progress) throws InterruptedException {
        try {
            keep(
                    new Promise(
                            part.what(),
                            part.withinMillis(),
                            publish("Weir", weir, part),
                            publish(NoChain.NAME, bare, part)),
                    progress);
        } catch (IOException e) {
            missing(part.what(), e, progress);
        }
    }

    private Measured publish(String name, RunningPeer peer, Part part) throws IOException {
        try (Trial trial = Trial.connect(name, peer, 1, part.subscribers())) {
            return trial.publish(part.rate(), plan.warmSeconds(), plan.seconds());
        }
    }

    private void answers(Progress progress) throws InterruptedException {
        String what = "a token from the agent through gateway and edge";
        try {
            Measured weir = answers(new WeirChain(workshop));
            keep(new Promise(what, TOKEN_MILLIS, weir, answers(new NoChain())), progress);
        } catch (IOException | IllegalStateException e) {
            missing(what, e, progress);
        }
    }

    private Measured answers(Chain chain) throws IOException, InterruptedException {
        try (RunningChain running = chain.start()) {
            Measured measured;
            try (var trials = new ChainTrials(chain.name(), running);
                    Trial trial = trials.connect(STREAMS, OPENS_PER_SECOND)) {
                measured = trial.publish(TOKENS_PER_SECOND, plan.warmSeconds(), plan.seconds());
            }
            running.audit().check();
            return measured;
        }
    }

    private Optional<Waiting.Both> streaming(Progress progress) throws InterruptedException {
        try {
            Waiting.Both both = new Waiting(plan).measure(workshop.folder("promises"));
            progress.says("streamed: first text after %s ms; waited for: after %s ms"
                    .formatted(
                            Table.figure(both.streamed().firstMillis()),
                            Table.figure(both.waited().firstMillis())));
            return Optional.of(both);
        } catch (IOException | StackException e) {
            missing("streaming beside waiting", e, progress);
            return Optional.empty();
        }
    }

    private void keep(Promise promise, Progress progress) {
        promises.add(promise);
        progress.says("%s: p50 %s ms, p99 %s ms, bare sockets %s ms and %s ms"
                .formatted(
                        promise.what(),
                        Table.figure(promise.weir().latencyMillis(50)),
                        Table.figure(promise.weir().latencyMillis(99)),
                        Table.figure(promise.bare().latencyMillis(50)),
                        Table.figure(promise.bare().latencyMillis(99))));
    }

    private void missing(String what, Exception why, Progress progress) {
        roster.missing(what, String.valueOf(why.getMessage()));
        progress.says(what + ": " + why.getMessage());
    }
}
