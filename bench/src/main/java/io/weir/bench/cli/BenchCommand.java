package io.weir.bench.cli;

import io.weir.bench.fanout.FanOut;
import io.weir.bench.growth.Growth;
import io.weir.bench.ledger.Ledger;
import io.weir.bench.peer.Workshop;
import io.weir.bench.promises.Promises;
import io.weir.bench.report.Page;
import io.weir.bench.scenario.Scenario;
import io.weir.bench.start.Start;
import io.weir.bench.through.Through;
import io.weir.local.stack.StackException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./weir bench}: measures a scenario and writes its part of docs/performance.md. */
@Command(
        name = "weir bench",
        mixinStandardHelpOptions = true,
        description = "Measures Weir beside other servers, in turn, and writes docs/performance.md.")
public final class BenchCommand implements Callable<Integer> {
    /** In the order in which all of them run. */
    private static final List<Entry> SCENARIOS = List.of(
            new Entry("through", Through::new),
            new Entry("fanout", FanOut::new),
            new Entry("ledger", Ledger::new),
            new Entry("growth", Growth::new),
            new Entry("start", Start::new),
            new Entry("promises", Promises::new));

    private record Entry(String name, BiFunction<Workshop, Boolean, Scenario> scenario) {}

    @Parameters(paramLabel = "SCENARIO", description = "What to measure, by name; all in turn where none is named.")
    private List<String> scenarios = List.of();

    @Option(names = "--short", description = "Fewer sockets and shorter parts: a look, not a measurement.")
    private boolean brief;

    @Option(names = "--page", paramLabel = "FILE", description = "Write this page instead; it must exist.")
    private String page = "";

    /** Runs the command; the exit code is 0, 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new BenchCommand()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path root =
                Path.of(System.getProperty("weir.root", ".")).toAbsolutePath().normalize();
        Path file = page.isEmpty()
                ? root.resolve("docs/performance.md")
                : Path.of(page).toAbsolutePath();
        var workshop = new Workshop(root);
        int code = CommandLine.ExitCode.OK;
        List<String> known = SCENARIOS.stream().map(Entry::name).toList();
        for (String name : scenarios) {
            if (!known.contains(name)) {
                System.err.println("No such scenario: " + name + ". There are: " + String.join(", ", known) + ".");
                return CommandLine.ExitCode.USAGE;
            }
        }
        for (Entry entry : SCENARIOS) {
            if (!scenarios.isEmpty() && !scenarios.contains(entry.name())) {
                continue;
            }
            Scenario scenario = entry.scenario().apply(workshop, brief);
            System.err.println(entry.name());
            try {
                var section = scenario.run(line -> System.err.println("  " + line));
                new Page(file, file.resolveSibling("images")).write(scenario.name(), section);
                System.err.println("Written: " + file);
            } catch (IOException | IllegalStateException | StackException e) {
                // What is measured next, and what is on the page already, is not spoiled by it.
                System.err.println(entry.name() + " failed: " + e);
                code = CommandLine.ExitCode.SOFTWARE;
            }
        }
        return code;
    }
}
