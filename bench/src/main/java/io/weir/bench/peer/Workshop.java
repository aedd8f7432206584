package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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

    /** A folder of a scenario. */
    public Path folder(String scenario) {
        return cache().resolve(scenario);
    }

    Path log(String name) {
        return cache().resolve("logs/" + name + ".log");
    }

    /** Files of a peer in the repository. */
    Path sources(String peer) {
        return root.resolve("bench/peers/" + peer);
    }

    /**
     * Copies a peer's files from the repository.
     *
     * @return whether they were there already, all the same
     */
    boolean copied(String peer, Path folder) throws IOException {
        Path from = sources(peer);
        boolean same = true;
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(from.relativize(file).toString());
                if (!Files.exists(to) || Files.mismatch(file, to) >= 0) {
                    same = false;
                    Files.createDirectories(to.toAbsolutePath().getParent());
                    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return same;
    }

    /** A configuration file of a hop, filled in. */
    Path configured(String source, Path folder, String name, int port, int upstream) throws IOException {
        String user = System.getProperty("user.name");
        Path template = sources(source);
        String text = Files.readString(template)
                .replace("@folder@", folder.toString())
                .replace("@name@", name)
                .replace("@user@", user.equals("root") ? "user root;" : "")
                .replace("@port@", Integer.toString(port))
                .replace("@upstream@", Integer.toString(upstream));
        return Files.writeString(folder.resolve(name + "-" + template.getFileName()), text);
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
