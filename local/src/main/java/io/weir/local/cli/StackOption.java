package io.weir.local.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which stack, for commands that talk to one. */
final class StackOption {
    @Option(names = "--data-dir", paramLabel = "DIR", description = "Data folder of the stack (default: .weir).")
    private @Nullable Path dataDirectory;

    RunningStack find() throws CommandFailure {
        return RunningStack.find(dataDirectory);
    }
}
