package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Folders of the bench, and the programs that fill them.
 *
 * @param root the repository
 */
public record Workshop(Path root) {
    private static final int LONGEST_MINUTES = 5;

    /** What is kept between runs: installed peers, logs. */
    Path cache() {
        return root.resolve(".weir/bench");
    }

    Path log(String name) {
        return cache().resolve("logs/" + name + ".log");
    }

    /** Files of a peer in the repository. */
    Path sources(String peer) {
        return root.resolve("bench/peers/" + peer);
    }

    /**
     * Runs a command to its end.
     *
     * @return its output
     * @throws IOException if it is not there or fails; the message has its last words
     */
    String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("weir-bench", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
            if (!ended) {
                process.destroyForcibly();
            }
            String said = Files.readString(output);
            if (!ended || process.exitValue() != 0) {
                String end = said.substring(Math.max(0, said.length() - 500)).strip();
                throw new IOException(command.getFirst() + (ended ? " failed: " : " took too long: ") + end);
            }
            return said;
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
