package io.weir.bench.through;

import io.weir.bench.load.LoadSpec;
import io.weir.bench.measure.About;
import io.weir.bench.peer.Chain;
import io.weir.bench.peer.NoChain;
import io.weir.bench.peer.Peer.Availability.Missing;
import io.weir.bench.peer.Peer.Availability.Ready;
import io.weir.bench.peer.ProxyChain;
import io.weir.bench.peer.ProxyChain.Program;
import io.weir.bench.peer.RunningChain;
import io.weir.bench.peer.WeirChain;
import io.weir.bench.peer.Workshop;
import io.weir.bench.report.Section;
import io.weir.bench.scenario.Measured;
import io.weir.bench.scenario.Scenario;
import io.weir.bench.scenario.Trial;
import java.io.IOException;
import java.util.List;

/** Answers from an agent to who asked: Weir's gateway and edge beside two proxies in a row, in turn on one machine. */
public final class Through implements Scenario {
    private final Workshop workshop;
    private final Load.Plan plan;
    private final String command;

    /**
     * The scenario.
     *
     * @param brief fewer streams and shorter parts
     */
    public Through(Workshop workshop, boolean brief) {
        this.workshop = workshop;
        this.plan = brief ? Load.Plan.brief() : Load.Plan.full();
        this.command = brief ? "./weir bench through --short" : "./weir bench through";
    }

    @Override
    public String name() {
        return "through";
    }

    @Override
    public Section run(Progress progress) throws Exception {
        About about = About.now(command);
        var findings = new Findings();
        for (Chain chain : List.of(
                new NoChain(),
                new WeirChain(workshop),
                new ProxyChain(workshop, Program.NGINX, 2),
                new ProxyChain(workshop, Program.HAPROXY, 2),
                new ProxyChain(workshop, Program.FASTIFY, 2))) {
            switch (chain.prepare()) {
                case Ready(String version) -> {
                    findings.about(chain.name(), version + "; " + chain.configuration());
                    try {
                        measure(chain, findings, progress);
                    } catch (IOException e) {
                        findings.about(chain.name(), "did not start: " + e.getMessage());
                    }
                }
                case Missing(String why) -> findings.about(chain.name(), "was not measured: " + why);
            }
        }
        return new Report(findings, about).section();
    }

    private void measure(Chain chain, Findings findings, Progress progress) throws IOException, InterruptedException {
        double warm = plan.firstWarmSeconds();
        try (RunningChain running = chain.start()) {
            for (Load load : plan.loads()) {
                LoadSpec spec = running.load(load.streams(), load.opensPerSecond());
                long before = running.hops().read().memoryBytes();
                try (Trial trial = Trial.connect(chain.name(), spec, running.hops(), running.everything())) {
                    long opened = running.hops().read().memoryBytes();
                    Measured measured = trial.publish(load.rate(), warm, plan.seconds());
                    warm = plan.warmSeconds();
                    var figures = new Figures(measured, trial.joins(), opened - before);
                    findings.add(load, figures);
                    progress.says(figures.line(chain.name(), load));
                } catch (IOException e) {
                    findings.failed(load, chain.name(), String.valueOf(e.getMessage()));
                    progress.says(chain.name() + ", " + load.title() + ": " + e.getMessage());
                }
            }
            running.audit().check();
        }
    }
}
