package io.weir.local.agent;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Runs one {@link DemoAgent}: {@code DemoAgentMain PORT [--debug]}, its bearer token in {@code DEMO_AGENT_TOKEN}. */
public final class DemoAgentMain {
    // What OpenClaw gives its open runs.
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(315);

    private DemoAgentMain() {}

    /** Listens until a signal comes, then drains. */
    public static void main(String[] args) {
        String token = System.getenv("DEMO_AGENT_TOKEN");
        if (args.length == 0 || token == null || token.isBlank()) {
            System.err.println("usage: DEMO_AGENT_TOKEN=secret DemoAgentMain PORT [--debug]");
            System.exit(2);
            return;
        }
        var agent = new DemoAgent(token, List.of(args).contains("--debug"), InstantSource.system());
        int port = agent.start(Integer.parseInt(args[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(agent), "drain"));
        System.out.println("demo agent listening port=" + port);
    }

    private static void drain(DemoAgent agent) {
        try {
            agent.drain(LONGEST_DRAIN);
            System.out.println("demo agent drained");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
