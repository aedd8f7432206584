package io.weir.bench.fanout;

import io.weir.bench.load.Kind;
import io.weir.bench.measure.About;
import io.weir.bench.peer.Contender.Availability.Missing;
import io.weir.bench.peer.Contender.Availability.Ready;
import io.weir.bench.peer.Nchan;
import io.weir.bench.peer.Peer;
import io.weir.bench.peer.RunningPeer;
import io.weir.bench.peer.SocketIo;
import io.weir.bench.peer.WeirRelay;
import io.weir.bench.peer.WeirRelay.Variant;
import io.weir.bench.peer.Workshop;
import io.weir.bench.report.Section;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.Measured;
import io.weir.bench.scenario.Scenario;
import io.weir.bench.scenario.Trial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One publisher, many subscribers: Weir's relay beside nchan and socket.io, one after the other on the same machine. */
public final class FanOut implements Scenario {
    private static final Map<String, String> NO_TICKS = Map.of("weir.relay.telling.ticks.enabled", "false");
    private static final Set<String> ONLY_PUBLISHING_DIFFERS = Set.of("Weir, stream, no ticks", "Weir, broadcasts");

    private final Workshop workshop;
    private final Doses doses;
    private final String command;

    /**
     * The scenario.
     *
     * @param brief fewer sockets and shorter parts
     */
    public FanOut(Workshop workshop, boolean brief) {
        this.workshop = workshop;
        this.doses = brief ? Doses.brief() : Doses.full();
        this.command = brief ? "./weir bench fanout --short" : "./weir bench fanout";
    }

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public Section run(Progress progress) throws Exception {
        About about = About.now(command);
        var findings = new Findings();
        try (var database = new WeirRelay.Database()) {
            List<Peer> ready = new ArrayList<>();
            for (Peer peer : List.of(
                    weir(database, "Weir, token stream", Kind.WEIR_STREAM, Map.of()),
                    weir(database, "Weir, stream, no ticks", Kind.WEIR_STREAM, NO_TICKS),
                    weir(database, "Weir, broadcasts", Kind.WEIR_BROADCAST, Map.of()),
                    new Nchan(workshop),
                    new SocketIo(workshop))) {
                switch (peer.prepare()) {
                    case Ready(String version) -> {
                        findings.roster().measured(peer.name(), version + "; " + peer.configuration());
                        ready.add(peer);
                    }
                    case Missing(String why) -> findings.roster().missing(peer.name(), why);
                }
            }
            for (Peer peer : ready) {
                try {
                    loads(peer, findings, progress);
                } catch (IOException e) {
                    findings.roster().missing(peer.name() + " under its further loads", String.valueOf(e.getMessage()));
                    progress.says(peer.name() + ": " + e.getMessage());
                }
            }
            for (Peer peer : ready) {
                // How somebody would publish makes no difference to who only waits.
                if (!ONLY_PUBLISHING_DIFFERS.contains(peer.name())) {
                    progress.says(peer.name() + ": " + doses.idle() + " idle sockets");
                    try {
                        IdleTrial.Found found = new IdleTrial(doses).run(peer);
                        findings.add(found.idle());
                        note(findings, progress, Report.amongIdle(doses), found.active());
                    } catch (IOException e) {
                        findings.roster()
                                .missing(peer.name() + " with idle subscribers", String.valueOf(e.getMessage()));
                    }
                }
            }
        }
        findings.roster()
                .missing(
                        "Centrifugo",
                        "a Go program that neither Debian nor npm nor Maven has. Its makers' figure: about 500,000"
                                + " deliveries a second to a million sockets at a p99 of 200 ms, on 20 processes and about"
                                + " 40 cores with Redis")
                .missing(
                        "Supabase Realtime",
                        "an Elixir release in a container image. Its makers' figure: 224,000 messages a second to 32,000"
                                + " users, p50 6 ms, p95 28 ms, p99 213 ms, on a cluster of 2 to 6 nodes");
        return new Report(doses, findings, about).section();
    }

    private Peer weir(WeirRelay.Database database, String name, Kind kind, Map<String, String> settings) {
        return new WeirRelay(workshop, database, new Variant(name, kind, settings));
    }

    private void loads(Peer peer, Findings findings, Progress progress) throws IOException, InterruptedException {
        try (RunningPeer running = peer.start()) {
            double warm = doses.firstWarmSeconds();
            try (Trial trial = Trial.connect(peer.name(), running, 1, doses.subscribers())) {
                for (int rate : doses.rates()) {
                    Measured measured = trial.publish(rate, warm, doses.seconds());
                    note(findings, progress, Report.oneTopic(doses, rate), measured);
                    warm = doses.warmSeconds();
                }
            }
            int subscribers = doses.topics() * doses.subscribersPerTopic();
            try (Trial trial = Trial.connect(peer.name(), running, doses.topics(), subscribers)) {
                Measured measured = trial.publish(doses.topicRate(), warm, doses.seconds());
                note(findings, progress, Report.manyTopics(doses), measured);
            }
        }
    }

    private static void note(Findings findings, Progress progress, String load, Measured measured) {
        findings.add(load, measured);
        progress.says("%s, %s: %s deliveries/s, p50 %s ms, p99 %s ms, %s µs CPU each, %d lost, generator %s cores"
                .formatted(
                        measured.peer(),
                        load,
                        Table.figure(measured.deliveriesPerSecond()),
                        Table.figure(measured.latencyMillis(50)),
                        Table.figure(measured.latencyMillis(99)),
                        Table.figure(measured.cpuMicrosPerDelivery()),
                        measured.load().lost(),
                        Table.figure(measured.load().cores())));
    }
}
