package io.weir.metering;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the scripts of the documentation with the node of this machine. */
final class Scripts {
    private Scripts() {}

    /**
     * What a script said.
     *
     * @param exit 0 if all was well
     * @param output of both streams
     */
    record Run(int exit, String output) {}

    static Run node(String script, Path... files) throws IOException, InterruptedException {
        assumeTrue(hasNode(), "node is not installed");
        List<String> command = new ArrayList<>(List.of(
                "node",
                Path.of("..", "docs", "billing", script).toAbsolutePath().toString()));
        Stream.of(files).map(Path::toString).forEach(command::add);
        var output = Files.createTempFile("weir-script", ".txt");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError(script + " does not end");
            }
            return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static boolean hasNode() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
    }
}
