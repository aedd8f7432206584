package io.weir.local.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One child process with its log and its pid file. Signals of the terminal do not reach it; we stop it, in order. */
final class ManagedProcess {
    // A signal that is ignored stays ignored across exec, and the JVM respects that: Ctrl-C goes to the launcher alone.
    private static final List<String> SHIELD = List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "weir");

    private final Path log;
    private final Path pidFile;
    private final Process process;

    private ManagedProcess(Path log, Path pidFile, Process process) {
        this.log = log;
        this.pidFile = pidFile;
        this.process = process;
    }

    static ManagedProcess start(Part part, List<String> command, Map<String, String> environment, Layout layout)
            throws IOException {
        var shielded = new ArrayList<>(SHIELD);
        shielded.addAll(command);
        var builder = new ProcessBuilder(shielded)
                .directory(layout.data().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(layout.log(part).toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        Path pidFile = layout.run().resolve(part.title() + ".pid");
        Files.writeString(pidFile, process.pid() + "\n");
        return new ManagedProcess(layout.log(part), pidFile, process);
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Sends SIGTERM, and SIGKILL when the time is up. Returns whether it ended by itself. */
    boolean stop(Duration longest) throws InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(Math.max(0, longest.toMillis()), TimeUnit.MILLISECONDS);
        if (!ended) {
            kill();
        }
        forget();
        return ended;
    }

    /** Sends SIGKILL and waits until the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
        forget();
    }

    private void forget() {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException _) {
            // A pid file that stays is cleaned at the next start.
        }
    }

    /** The last lines of the log, for a process that did not come up. */
    String lastLines(int count) {
        return lastLines(log, count);
    }

    static String lastLines(Path log, int count) {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}
