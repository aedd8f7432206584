package io.weir.local.cli;

import io.weir.local.stack.ForeignAgent;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import io.weir.local.stack.PartState;
import io.weir.local.stack.StackBuilder;
import java.io.Console;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the stack in the foreground until Ctrl-C or SIGTERM. */
@Command(
        name = "up",
        description = "Starts the whole stack in the foreground; Ctrl-C stops it.",
        footer = {
            "",
            "Environment variables reach the services in Quarkus' naming, for example",
            "  WEIR_EDGE_ADMISSION_MAX_STREAMS_PER_ACCOUNT=50 ./weir up"
        })
final class UpCommand implements Callable<Integer> {
    private static final long WATCH_MILLIS = 1_000;

    @Option(names = "--agent", paramLabel = "URL", description = "Uses this agent in place of the demo machines.")
    private @Nullable String agentUrl;

    @Option(names = "--agent-token", paramLabel = "T", description = "Bearer token of that agent.")
    private String agentToken = "";

    @Option(
            names = "--agent-dialect",
            paramLabel = "D",
            description = "responses (default) or chat_completions.",
            defaultValue = "responses")
    private String agentDialect;

    @Option(
            names = "--agent-model",
            paramLabel = "M",
            description = "The model to ask that agent for (default: openclaw).",
            defaultValue = "openclaw")
    private String agentModel;

    @Option(names = "--fresh", description = "Forgets the data of earlier runs first.")
    private boolean fresh;

    @Option(names = "--port", paramLabel = "PORT", description = "Port of the console and API (default: 8080).")
    private @Nullable Integer port;

    @Option(
            names = "--ports",
            paramLabel = "PART=PORT",
            split = ",",
            description = "Ports of single parts, 0 for a free one, for example gateway=9081,metering=9083.")
    private @Nullable Map<String, Integer> ports;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keeps data, logs and secrets there (default: .weir).")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--without",
            paramLabel = "PART",
            split = ",",
            description = "Leaves these parts out, because you run them yourself.")
    private @Nullable List<String> without;

    @Option(names = "--debug-agents", description = "The demo machines tell what they do at /debug/runs.")
    private boolean debugAgents;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var board = new StatusBoard(
                System.out,
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
        LocalStack stack = builder().listener(board).build();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, board), "stop"));
        board.show(stack.parts(), addresses(stack));
        long began = System.nanoTime();
        for (String leftover : stack.start()) {
            board.note("Ended a leftover of an earlier run: " + leftover);
        }
        board.note("Started in %.1f s; logs are in %s"
                .formatted(
                        (System.nanoTime() - began) / 1e9, stack.log(Part.EDGE).getParent()));
        board.say("Weir is up: " + stack.url(Part.EDGE));
        watch(stack, board);
        return 0;
    }

    /** Never returns: a signal ends the process. */
    @SuppressWarnings("InfiniteLoopStatement")
    private static void watch(LocalStack stack, StatusBoard board) throws InterruptedException {
        var reported = new EnumMap<Part, PartState>(Part.class);
        while (true) {
            Thread.sleep(WATCH_MILLIS);
            stack.checkAlive();
            for (Part part : stack.parts()) {
                PartState state = stack.state(part);
                if (state == PartState.DOWN && reported.put(part, state) != state) {
                    board.note("%s has died; %s says why. Restart with ./weir up after Ctrl-C."
                            .formatted(part.title(), stack.log(part)));
                }
            }
        }
    }

    private static void stop(LocalStack stack, StatusBoard board) {
        if (stack.isRunning()) {
            board.say("Stopping; open streams get a moment to end.");
            stack.stop();
            board.say("Weir has stopped.");
        }
    }

    private static Map<Part, String> addresses(LocalStack stack) {
        return stack.parts().stream().collect(Collectors.toMap(part -> part, stack::address));
    }

    private StackBuilder builder() {
        StackBuilder builder = LocalStack.builder();
        if (dataDirectory != null) {
            builder.dataDirectory(dataDirectory);
        }
        if (port != null) {
            builder.port(Part.EDGE, port);
        }
        if (ports != null) {
            ports.forEach((title, number) -> builder.port(part(title), number));
        }
        if (agentUrl != null) {
            builder.agent(new ForeignAgent(agentUrl, agentToken, agentDialect, agentModel));
        }
        if (without != null) {
            List<Part> left = without.stream().map(this::part).toList();
            builder.only(Stream.of(Part.values())
                    .filter(part -> !left.contains(part))
                    .toArray(Part[]::new));
        }
        if (debugAgents) {
            builder.debugAgents();
        }
        return fresh ? builder.fresh() : builder;
    }

    private Part part(String title) {
        return Part.titled(title)
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "no part is called " + title));
    }
}
