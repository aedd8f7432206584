package io.weir.bench.peer;

import io.weir.bench.measure.ProcessMeter;
import io.weir.local.stack.ForeignAgent;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import io.weir.local.stack.StackException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Weir's gateway and edge, with everything on: tokens, credit, claims, updates of usage, the relay's log. */
public final class WeirChain implements Chain {
    private static final int USERS = 50;
    private static final Duration TOKEN_LIFE = Duration.ofHours(2);

    private final Workshop workshop;

    /** The packaged services of the workshop's checkout. */
    public WeirChain(Workshop workshop) {
        this.workshop = workshop;
    }

    @Override
    public String name() {
        return "Weir";
    }

    @Override
    public String configuration() {
        return "edge and gateway as `./weir up` runs them (JVM `-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx256m`),"
                + " with relay, metering and PostgreSQL; every request signed in, its credit reserved, its usage updated and"
                + " settled, its log kept by the relay; limits of rates, streams and connections to a machine raised, machines probed every second";
    }

    @Override
    public Availability prepare() {
        for (Part part : Part.values()) {
            if (part.module().isPresent()
                    && !Files.exists(workshop.root()
                            .resolve(part.module().get())
                            .resolve("target/quarkus-app/quarkus-run.jar"))) {
                return new Availability.Missing(part.title() + " is not built");
            }
        }
        return new Availability.Ready("edge-proxy and sse-gateway of this repository");
    }

    @Override
    public RunningChain start() throws IOException, InterruptedException {
        int agentPort = ServerProcess.freePort();
        LocalStack stack = LocalStack.builder()
                .dataDirectory(workshop.cache().resolve("stack"))
                .fresh()
                .freePorts()
                .agent(new ForeignAgent("http://127.0.0.1:" + agentPort, "bench", "responses", "bench"))
                .environment(Part.METERING, "WEIR_METERING_WELCOME_MICRO", "1000000000000")
                // The agent begins to listen when all else runs: it must be seen soon.
                .environment(Part.GATEWAY, "WEIR_GATEWAY_UPSTREAM_PROBE_EVERY", "1s")
                .environment(Part.GATEWAY, "WEIR_GATEWAY_UPSTREAM_PROBE_AGAIN", "200ms")
                .environment(Part.GATEWAY, "WEIR_GATEWAY_LIMITS_STREAMS", "20000")
                // One machine has all answers here.
                .environment(Part.GATEWAY, "WEIR_GATEWAY_UPSTREAM_POOL", "20000")
                .environment("WEIR_AGENTS_DEMO_MAX_OUTPUT_TOKENS", "1000000")
                .environment(Part.EDGE, "WEIR_EDGE_ADMISSION_MAX_STREAMS_PER_ACCOUNT", "10000")
                .environment(Part.EDGE, "WEIR_EDGE_ADMISSION_STARTS_PER_SECOND", "10000")
                .environment(Part.EDGE, "WEIR_EDGE_ADMISSION_BURST", "10000")
                .build();
        try {
            stack.start();
            List<String> users = new ArrayList<>();
            for (int user = 0; user < USERS; user++) {
                users.add(stack.token("user-" + user, TOKEN_LIFE));
            }
            return new RunningChain(
                    URI.create(stack.url(Part.EDGE)).getPort(),
                    agentPort,
                    users,
                    Map.of(),
                    new ProcessMeter(stack.pid(Part.EDGE), stack.pid(Part.GATEWAY)),
                    new ProcessMeter(
                            stack.pid(Part.EDGE),
                            stack.pid(Part.GATEWAY),
                            stack.pid(Part.RELAY),
                            stack.pid(Part.METERING),
                            stack.pid(Part.POSTGRES)),
                    new AgentSeen(stack),
                    new LedgerAudit(stack),
                    stack::stop);
        } catch (StackException e) {
            stack.stop();
            throw new IOException(e.getMessage(), e);
        }
    }
}
