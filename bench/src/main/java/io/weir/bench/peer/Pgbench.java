package io.weir.bench.peer;

import io.weir.bench.peer.Contender.Availability;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** PostgreSQL's own load generator, with the statements of a cycle as metering has them. */
public final class Pgbench {
    /** Of Debian and its relatives, newest first. */
    private static final List<String> RELEASES = List.of("18", "17", "16", "15", "14");

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(1);
    private static final double CONNECTING_SECONDS = 1;
    private static final int STRAGGLING_SECONDS = 20;
    private static final int MICROS_COLUMN = 2;
    private static final int SECONDS_COLUMN = 4;

    private final Workshop workshop;
    private Path program = Path.of("pgbench");

    /**
     * What it is to do.
     *
     * @param port PostgreSQL's
     * @param connections as many clients
     * @param prefix accounts have it before their number
     * @param accounts how many accounts
     * @param warmSeconds what is not counted
     * @param seconds what is
     */
    public record Load(int port, int connections, String prefix, int accounts, double warmSeconds, double seconds) {}

    /**
     * What it did in the measured part.
     *
     * @param micros times of whole cycles, in microseconds
     * @param before what was read where the part began
     * @param after what was read where it ended
     * @param seconds how long it was
     */
    public record Done<T>(Histogram micros, T before, T after, double seconds) {}

    /** What is read at both borders of the measured part. */
    @FunctionalInterface
    public interface Probe<T> {
        /** The part begins or ends now. */
        T read() throws IOException;
    }

    /** From Debian, into the workshop's cache. */
    public Pgbench(Workshop workshop) {
        this.workshop = workshop;
    }

    /** Looks for it, or gets it. */
    public Availability prepare() throws InterruptedException {
        IOException last = new IOException("no release is known");
        for (String release : RELEASES) {
            Path installed = INSTALLED.resolve(release).resolve("bin/pgbench");
            if (Files.isExecutable(installed)) {
                return found(installed, "installed");
            }
        }
        for (String release : RELEASES) {
            Path folder = folder().resolve(release);
            Path unpacked = folder.resolve("root").resolve("usr/lib/postgresql/" + release + "/bin/pgbench");
            try {
                new DebianPackages(workshop, folder).unpack(List.of("postgresql-" + release, "libpq5"), unpacked);
                return found(unpacked, "unpacked");
            } catch (IOException e) {
                last = e;
            }
        }
        return new Availability.Missing("Debian's packages could not be had: " + last.getMessage());
    }

    private Availability found(Path at, String how) throws InterruptedException {
        program = at;
        try {
            Files.createDirectories(folder());
            return new Availability.Ready(run(List.of(at.toString(), "--version")) + ", " + how);
        } catch (IOException e) {
            return new Availability.Missing("it does not run: " + e.getMessage());
        }
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of("env", "LD_LIBRARY_PATH=" + libraries()));
        whole.addAll(command);
        return workshop.run(folder(), whole).strip();
    }

    /** Runs cycles over all connections at once, one after the other on each. */
    public <T> Done<T> run(Load load, Probe<T> probe) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(folder().resolve("times"));
        delete(folder);
        long wholeSeconds = (long) Math.ceil(CONNECTING_SECONDS + load.warmSeconds() + load.seconds() + 1);
        List<String> command = List.of(
                program.toString(),
                "--no-vacuum",
                "--host=127.0.0.1",
                "--port=" + load.port(),
                "--username=postgres",
                "--protocol=prepared",
                "--client=" + load.connections(),
                "--jobs=" + Math.min(2, load.connections()),
                "--time=" + wholeSeconds,
                "--log",
                "--log-prefix=" + folder.resolve("cycle"),
                "--define=accounts=" + load.accounts(),
                "--define=prefix=" + load.prefix(),
                "--file=" + workshop.sources("ledger").resolve("cycle.sql"),
                "weir_metering");
        try (var process = ServerProcess.start(
                command, Map.of("PGPASSWORD", "postgres", "LD_LIBRARY_PATH", libraries()), workshop.log("pgbench"))) {
            pause(CONNECTING_SECONDS + load.warmSeconds());
            long beganMicros = System.currentTimeMillis() * 1_000;
            T before = probe.read();
            pause(load.seconds());
            long endedMicros = System.currentTimeMillis() * 1_000;
            T after = probe.read();
            process.awaitEnd(STRAGGLING_SECONDS);
            Histogram times = read(folder, beganMicros, endedMicros);
            if (times.getTotalCount() == 0) {
                throw new IOException("no cycle was done: " + Files.readString(workshop.log("pgbench")));
            }
            return new Done<>(times, before, after, (endedMicros - beganMicros) / 1e6);
        } finally {
            delete(folder);
        }
    }

    private static void pause(double seconds) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep((long) (seconds * 1_000));
    }

    static Histogram read(Path folder, long beganMicros, long endedMicros) throws IOException {
        var times = new Histogram(LONGEST_MICROS, 3);
        for (Path file : files(folder)) {
            try (Stream<String> lines = Files.lines(file)) {
                lines.map(line -> line.split(" ", -1))
                        .filter(words -> isWithin(words, beganMicros, endedMicros))
                        .forEach(words ->
                                times.recordValue(Math.min(LONGEST_MICROS, Long.parseLong(words[MICROS_COLUMN]))));
            }
        }
        return times;
    }

    /** A line is: client, its transactions, microseconds it took, script, second and microsecond in which it ended. */
    private static boolean isWithin(String[] words, long beganMicros, long endedMicros) {
        if (words.length <= SECONDS_COLUMN + 1 || words[MICROS_COLUMN].equals("failed")) {
            return false;
        }
        long at = Long.parseLong(words[SECONDS_COLUMN]) * 1_000_000 + Long.parseLong(words[SECONDS_COLUMN + 1]);
        return at >= beganMicros && at < endedMicros;
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
            found.forEach(files::add);
        }
        return files;
    }

    private static void delete(Path folder) throws IOException {
        for (Path file : files(folder)) {
            Files.delete(file);
        }
    }

    private Path folder() {
        return workshop.cache().resolve("pgbench");
    }

    /** Where unpacked packages keep what the program links to. */
    private String libraries() {
        Path root = program.getRoot() == null
                ? program
                : program.resolve("../../../../../..").normalize();
        return root.resolve("usr/lib/x86_64-linux-gnu").toString();
    }
}
