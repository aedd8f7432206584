package io.weir.local.stack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds and ends processes of an earlier stack on the same data folder that lost their launcher. */
final class Leftovers {
    private Leftovers() {}

    /** Ends what is left and says what it was, one line each. */
    static List<String> clean(Layout layout) throws IOException, InterruptedException {
        var found = new ArrayList<String>();
        if (Files.isDirectory(layout.run())) {
            try (DirectoryStream<Path> pidFiles = Files.newDirectoryStream(layout.run(), "*.pid")) {
                for (Path pidFile : pidFiles) {
                    Optional<ProcessHandle> left = pidIn(pidFile).flatMap(ProcessHandle::of);
                    if (left.isPresent() && isOurs(left.get(), layout)) {
                        end(left.get());
                        found.add(title(pidFile) + " (pid " + left.get().pid() + ")");
                    }
                    Files.deleteIfExists(pidFile);
                }
            }
        }
        Optional<ProcessHandle> postmaster = postmaster(layout.postgresData()).flatMap(ProcessHandle::of);
        if (postmaster.isPresent() && commandOf(postmaster.get()).contains("postgres")) {
            end(postmaster.get());
            found.add("postgres (pid " + postmaster.get().pid() + ")");
        }
        return found;
    }

    private static String title(Path pidFile) {
        return pidFile.getFileName().toString().replace(".pid", "");
    }

    /** Pids are used again: only a process with our paths on its command line is taken for ours. */
    private static boolean isOurs(ProcessHandle process, Layout layout) {
        String command = commandOf(process);
        return command.contains(layout.root().toString())
                || command.contains(layout.data().toString());
    }

    private static String commandOf(ProcessHandle process) {
        // Linux has the whole command line here; elsewhere ProcessHandle has at least the program.
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException _) {
            return process.info().commandLine().orElse("");
        }
    }

    private static void end(ProcessHandle process) throws InterruptedException {
        process.destroy();
        if (!ended(process, 5)) {
            process.destroyForcibly();
            ended(process, 5);
        }
    }

    private static boolean ended(ProcessHandle process, long seconds) throws InterruptedException {
        try {
            process.onExit().get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException _) {
            return false;
        }
    }

    /** The pid in PostgreSQL's own file. */
    static Optional<Long> postmaster(Path postgresData) {
        return pidIn(postgresData.resolve("postmaster.pid"));
    }

    private static Optional<Long> pidIn(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().map(String::strip).map(Long::valueOf);
        } catch (IOException | NumberFormatException | java.io.UncheckedIOException _) {
            return Optional.empty();
        }
    }
}
