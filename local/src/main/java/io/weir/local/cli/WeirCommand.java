package io.weir.local.cli;

import io.weir.local.stack.StackException;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code weir} command line. {@code ./weir test} and {@code ./weir bench} are the launcher's own. */
@Command(
        name = "weir",
        mixinStandardHelpOptions = true,
        version = "weir 0.1.0-SNAPSHOT",
        description = "Runs Weir on this machine.",
        footer = {
            "",
            "  ./weir test [args]   runs all tests (arguments go to Maven)",
            "  ./weir bench         measures Weir beside other servers and writes docs/performance.md"
        },
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            TokenCommand.class,
            GrantCommand.class,
            BalanceCommand.class,
            ChatCommand.class
        })
public final class WeirCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command; the exit code is 0, 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new WeirCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, _) -> {
                    line.getErr().println(textOf(failure));
                    return 1;
                });
    }

    private static String textOf(Exception failure) {
        if (failure instanceof StackException || failure instanceof CommandFailure) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof RuntimeException) {
            // A fault of ours: whoever reports it needs to know where.
            failure.printStackTrace();
        }
        return failure instanceof IOException ? "It failed: " + failure.getMessage() : failure.toString();
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }
}
