package io.weir.bench.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.bench.ledger.load.Answer;
import io.weir.bench.ledger.load.DoorSpec;
import io.weir.bench.ledger.load.LedgerLoad;
import io.weir.bench.load.Conversation;
import io.weir.bench.measure.ProcessMeter.Reading;
import io.weir.bench.peer.WeirLedger;
import io.weir.bench.peer.Workshop;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A load's process, seen from the bench. Of one thread. */
final class LoadProcess implements AutoCloseable {
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    /** Longer than any command takes, on a busy machine, too. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final WeirLedger ledger;
    private final Conversation talk;
    private final ObjectMapper json = new ObjectMapper();

    /** CPU of both servers. */
    record Readings(Reading metering, Reading database) {
        static Readings of(WeirLedger ledger) throws IOException {
            return new Readings(ledger.metering().read(), ledger.postgres().read());
        }
    }

    private LoadProcess(WeirLedger ledger, Process process) {
        this.ledger = ledger;
        this.talk = new Conversation(process, "load", PATIENCE);
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
        load.talk.say(load.json.writeValueAsString(spec));
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
        talk.say(command);
        talk.expect("measuring");
        Readings before = Readings.of(ledger);
        talk.expect("measured");
        Readings after = Readings.of(ledger);
        Answer answer = json.readValue(talk.expect("result"), Answer.class);
        if (answer.failed() > 0 && answer.micros(Answer.WHOLE).getTotalCount() == 0) {
            throw new IOException("all failed: " + answer.firstFailure());
        }
        return new Seen(answer, before, after);
    }

    @Override
    public void close() {
        talk.close();
    }
}
