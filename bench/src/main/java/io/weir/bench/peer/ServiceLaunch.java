package io.weir.bench.peer;

import io.weir.bench.measure.ProcessMeter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a running service of a stack was started, so that it can be started again in the same way, with other options of its
 * JVM besides.
 *
 * @param command its program and arguments
 * @param environment its variables
 * @param ready where it says that it is ready
 * @param log where its output goes
 */
public record ServiceLaunch(List<String> command, Map<String, String> environment, URI ready, Path log) {
    private static final int LONGEST_SECONDS = 180;
    private static final int POLL_MILLIS = 10;
    private static final int SETTLE_SECONDS = 1;
    private static final Duration ASK = Duration.ofSeconds(2);

    /** Copies the command and the environment. */
    public ServiceLaunch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** That of a running process. */
    public static ServiceLaunch of(long pid, URI ready, Path log) throws IOException {
        Map<String, String> environment = words(Path.of("/proc/" + pid + "/environ"))
                .filter(variable -> variable.indexOf('=') > 0)
                .collect(Collectors.toMap(
                        variable -> variable.substring(0, variable.indexOf('=')),
                        variable -> variable.substring(variable.indexOf('=') + 1),
                        (first, _) -> first));
        return new ServiceLaunch(words(Path.of("/proc/" + pid + "/cmdline")).toList(), environment, ready, log);
    }

    private static Stream<String> words(Path file) throws IOException {
        return Stream.of(Files.readString(file, StandardCharsets.UTF_8).split("\0"));
    }

    /**
     * A start.
     *
     * @param seconds until the service said that it is ready
     * @param memoryBytes what it held a second after
     * @param cpuSeconds what it had used by then
     */
    public record Started(double seconds, long memoryBytes, double cpuSeconds) {}

    /** Starts it with more options of the JVM, measures that, and ends it; returns once it has gone. */
    public Started measured(List<String> options) throws IOException, InterruptedException {
        long before = System.nanoTime();
        try (ServerProcess process = start(options);
                HttpClient http = HttpClient.newHttpClient()) {
            awaitReady(http, process);
            double seconds = (System.nanoTime() - before) / 1e9;
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            ProcessMeter.Reading reading = new ProcessMeter(process.pid()).read();
            return new Started(seconds, reading.memoryBytes(), reading.cpuSeconds());
        }
    }

    /** Starts it with more options of the JVM, lets it become ready, tells it to end and waits until it has. */
    public void run(List<String> options) throws IOException, InterruptedException {
        try (ServerProcess process = start(options);
                HttpClient http = HttpClient.newHttpClient()) {
            awaitReady(http, process);
            process.end(LONGEST_SECONDS);
        }
    }

    private ServerProcess start(List<String> options) throws IOException {
        List<String> all = new ArrayList<>();
        all.add(command.getFirst());
        all.addAll(options);
        all.addAll(command.subList(1, command.size()));
        return ServerProcess.start(all, environment, log);
    }

    private void awaitReady(HttpClient http, ServerProcess process) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(ready).timeout(ASK).build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IOException("ended at its start, see " + log);
            }
            try {
                if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException _) {
                // It does not listen yet.
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new IOException("was not ready within " + LONGEST_SECONDS + " s, see " + log);
    }
}
