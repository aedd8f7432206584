package io.weir.bench.through;

import io.weir.bench.measure.About;
import io.weir.bench.peer.Chain;
import io.weir.bench.peer.Contender.Availability.Missing;
import io.weir.bench.peer.Contender.Availability.Ready;
import io.weir.bench.peer.FastifyHop;
import io.weir.bench.peer.HaproxyHop;
import io.weir.bench.peer.NextHop;
import io.weir.bench.peer.NginxHop;
import io.weir.bench.peer.NoChain;
import io.weir.bench.peer.PipeHop;
import io.weir.bench.peer.PortkeyHop;
import io.weir.bench.peer.ProxyChain;
import io.weir.bench.peer.RunningChain;
import io.weir.bench.peer.SpringGatewayHop;
import io.weir.bench.peer.WeirChain;
import io.weir.bench.peer.Workshop;
import io.weir.bench.report.Section;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.ChainTrials;
import io.weir.bench.scenario.Measured;
import io.weir.bench.scenario.Scenario;
import io.weir.bench.scenario.Trial;
import java.io.IOException;
import java.util.List;

/** Answers from an agent to who asked: Weir's gateway and edge beside others, in turn on one machine. */
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
                new ProxyChain(workshop, new NginxHop(workshop), 2),
                new ProxyChain(workshop, new HaproxyHop(workshop), 2),
                new ProxyChain(workshop, new PipeHop(), 2),
                new ProxyChain(workshop, new FastifyHop(workshop), 2),
                new ProxyChain(workshop, new SpringGatewayHop(workshop), 2),
                new ProxyChain(workshop, new NextHop(workshop), 1),
                new ProxyChain(workshop, new PortkeyHop(workshop), 1))) {
            progress.says(chain.name());
            switch (chain.prepare()) {
                case Ready(String version) -> {
                    findings.roster().measured(chain.name(), version + "; " + chain.configuration());
                    try {
                        measure(chain, findings, progress);
                    } catch (IOException | IllegalStateException e) {
                        findings.roster().missing(chain.name() + " to the end", String.valueOf(e.getMessage()));
                        progress.says(chain.name() + ": " + e.getMessage());
                    }
                }
                case Missing(String why) -> {
                    findings.roster().missing(chain.name(), why);
                    progress.says(chain.name() + ": " + why);
                }
            }
        }
        elsewhere(findings);
        return new Report(findings, about).section();
    }

    private static void elsewhere(Findings findings) {
        findings.roster()
                .missing(
                        "LiteLLM",
                        "a Python service. Its makers' figure: it adds 2 ms at p50 and 8 ms at p95 at 1,170 requests a"
                                + " second, on four machines of four cores")
                .missing(
                        "Bifrost",
                        "a Go program that its npm package downloads from its makers. Their figure: it adds 59 µs to a"
                                + " request on two cores and 11 µs on four, at 5,000 requests a second");
    }

    private void measure(Chain chain, Findings findings, Progress progress) throws IOException, InterruptedException {
        try (RunningChain running = chain.start()) {
            try (var trials = new ChainTrials(chain.name(), running)) {
                plan.warmUp().run(chain.name(), trials, progress);
                for (Load.Group group : plan.groups()) {
                    measure(chain.name(), running, trials, group, findings, progress);
                }
                stop(chain.name(), trials, findings, progress);
            }
            running.audit().check();
        }
    }

    private void measure(
            String chain,
            RunningChain running,
            ChainTrials trials,
            Load.Group group,
            Findings findings,
            Progress progress)
            throws IOException, InterruptedException {
        List<Load> loads = group.loads().stream()
                .filter(load -> !leftOut(load, chain, findings))
                .toList();
        if (loads.isEmpty()) {
            return;
        }
        long before = running.hops().read().memoryBytes();
        try (Trial trial = trials.connect(group.streams(), Load.opensPerSecond(group.streams()))) {
            long opened = running.hops().read().memoryBytes() - before;
            for (Load load : loads) {
                if (leftOut(load, chain, findings)) {
                    continue;
                }
                Measured measured = trial.publish(load.rate(), group.settleSeconds(), plan.seconds());
                var figures = new Figures(measured, trial.joins(), opened);
                findings.add(load, figures);
                progress.says(figures.line(chain, load));
            }
        } catch (IOException e) {
            for (Load load : loads) {
                findings.failed(load, chain, "did not carry this load: " + e.getMessage());
            }
            progress.says(chain + ", " + group.streams() + " streams: " + e.getMessage());
        }
    }

    private static boolean leftOut(Load load, String chain, Findings findings) {
        boolean left = findings.isTooMuch(load, chain);
        if (left) {
            findings.failed(load, chain, "was not given this load: it is at its limit with a smaller one");
        }
        return left;
    }

    private void stop(String chain, ChainTrials trials, Findings findings, Progress progress)
            throws InterruptedException {
        Load.Stops stops = plan.stops();
        try (Trial trial = trials.connect(stops.count(), Load.opensPerSecond(stops.count()))) {
            var result = trial.stop(stops.count(), Load.Stops.PER_SECOND, stops.rate());
            findings.stopped(chain, result);
            progress.says("%s, stop to closed agent socket: p50 %s ms, p99 %s ms, %d never"
                    .formatted(
                            chain, Table.figure(result.millis(50)), Table.figure(result.millis(99)), result.never()));
        } catch (IOException e) {
            progress.says(chain + ", stops: " + e.getMessage());
        }
    }
}
