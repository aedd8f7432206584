package io.weir.bench.peer;

import io.weir.bench.measure.ProcessMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same server once or several times in a row. */
public final class ProxyChain implements Chain {
    private final Workshop workshop;
    private final Hop hop;
    private final int hops;

    /** So many of these, one behind the other. */
    public ProxyChain(Workshop workshop, Hop hop, int hops) {
        this.workshop = workshop;
        this.hop = hop;
        this.hops = hops;
    }

    @Override
    public String name() {
        return hops == 1 ? hop.title() : hop.title() + " ×" + hops;
    }

    @Override
    public String configuration() {
        return hop.configuration();
    }

    @Override
    public Availability prepare() throws InterruptedException {
        try {
            return new Availability.Ready(hop.get());
        } catch (IOException e) {
            return new Availability.Missing("it could not be had: " + e.getMessage());
        }
    }

    @Override
    public RunningChain start() throws IOException, InterruptedException {
        int agentPort = ServerProcess.freePort();
        List<ServerProcess> processes = new ArrayList<>();
        Runnable stop = () -> processes.reversed().forEach(ServerProcess::close);
        int upstream = agentPort;
        Map<String, String> headers = hop.headers(upstream);
        try {
            for (int number = hops; number >= 1; number--) {
                int port = ServerProcess.freePort();
                String name = hop.title().replaceAll("[^a-zA-Z]", "") + "-" + number;
                Hop.Launch launch = hop.launch(name, port, upstream);
                ServerProcess process = ServerProcess.start(launch.command(), launch.environment(), workshop.log(name));
                processes.add(process);
                process.awaitPort(port);
                upstream = port;
            }
        } catch (IOException | InterruptedException e) {
            stop.run();
            throw e;
        }
        var meter = new ProcessMeter(
                processes.stream().mapToLong(ServerProcess::pid).toArray());
        return new RunningChain(
                upstream,
                agentPort,
                List.of(),
                headers,
                meter,
                meter,
                RunningChain.Readiness.ALWAYS,
                RunningChain.Audit.NONE,
                stop);
    }
}
