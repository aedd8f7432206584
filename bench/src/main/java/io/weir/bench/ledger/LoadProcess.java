package io.weir.bench.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.bench.ledger.load.Answer;
import io.weir.bench.ledger.load.DoorSpec;
import io.weir.bench.ledger.load.LedgerLoad;
import io.weir.bench.measure.ProcessMeter.Reading;
import io.weir.bench.peer.WeirLedger;
import io.weir.bench.peer.Workshop;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A load's process, seen from the bench. Of one thread. */
final class LoadProcess implements AutoCloseable {
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    private static final int STOP_SECONDS = 5;

    private final WeirLedger ledger;
    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;
    private final ObjectMapper json = new ObjectMapper();

    /** CPU of both servers. */
    record Readings(Reading metering, Reading database) {
        static Readings of(WeirLedger ledger) throws IOException {
            return new Readings(ledger.metering().read(), ledger.postgres().read());
        }
    }

    private LoadProcess(WeirLedger ledger, Process process) {
        this.ledger = ledger;
        this.process = process;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static LoadProcess start(Workshop workshop, WeirLedger ledger, DoorSpec spec) throws IOException {
        List<String> classPath = new ArrayList<>();
        // The service's own libraries first: the core is to run on what it was packaged with.
        WeirLedger.classPath(workshop).forEach(jar -> classPath.add(jar.toString()));
        classPath.add(System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), LedgerLoad.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var load = new LoadProcess(ledger, process);
        load.in.println(load.json.writeValueAsString(spec));
        return load;
    }

    /**
     * Has a command done.
     *
     * @throws IOException if it could not be done at all; calls that failed are in the run
     */
    Run run(String command) throws IOException {
        return run(command, Answer.WHOLE);
    }

    /** The same, with the times of one step of it. */
    Run run(String command, String step) throws IOException {
        Seen seen = see(command);
        return seen.run(step);
    }

    /** What a command came to, with the times of all its steps. */
    record Seen(Answer answer, Readings before, Readings after) {
        Run run(String step) {
            return new Run(
                    answer.micros(step),
                    answer.seconds(),
                    answer.failed(),
                    after.metering().cpuSeconds() - before.metering().cpuSeconds(),
                    after.database().cpuSeconds() - before.database().cpuSeconds(),
                    answer.cores());
        }
    }

    Seen see(String command) throws IOException {
        in.println(command);
        expect("measuring");
        Readings before = Readings.of(ledger);
        expect("measured");
        Readings after = Readings.of(ledger);
        Answer answer = json.readValue(expect("result"), Answer.class);
        if (answer.failed() > 0 && answer.micros(Answer.WHOLE).getTotalCount() == 0) {
            throw new IOException("all failed: " + answer.firstFailure());
        }
        return new Seen(answer, before, after);
    }

    private String expect(String word) throws IOException {
        String line = out.readLine();
        if (line == null || !line.startsWith(word)) {
            throw new IOException("the load says: " + (line == null ? "nothing, it has ended" : line));
        }
        return line.substring(word.length()).strip();
    }

    @Override
    public void close() {
        in.println("quit");
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
