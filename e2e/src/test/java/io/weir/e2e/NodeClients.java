package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The scripts of {@code src/test/js} with the npm packages of their lock file, installed under {@code target}. */
final class NodeClients {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path INSTALLED = Path.of("target/js");
    private static boolean ready;

    private NodeClients() {}

    private static synchronized Path install() {
        if (ready) {
            return INSTALLED;
        }
        try {
            Files.createDirectories(INSTALLED);
            boolean current = Files.exists(INSTALLED.resolve("node_modules"))
                    && Files.mismatch(SOURCES.resolve("package-lock.json"), INSTALLED.resolve("package-lock.json")) < 0;
            try (var files = Files.list(SOURCES)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            if (!current) {
                run(List.of("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"), Duration.ofMinutes(5));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ready = true;
        return INSTALLED;
    }

    private static String run(List<String> command, Duration limit) {
        return run(command, limit, Map.of());
    }

    private static String run(List<String> command, Duration limit, Map<String, String> environment) {
        try {
            Path log = Files.createTempFile(INSTALLED, "run", ".log");
            var builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            Process process = builder.directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command.subList(0, 2) + " took longer than " + limit);
            }
            String output = Files.readString(log);
            if (process.exitValue() != 0) {
                throw new AssertionError(command.subList(0, 2) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs a program that a page of the documentation shows, among the installed packages; what it prints. */
    static String shown(String command, String file, String source, Map<String, String> environment) {
        install();
        try {
            Files.writeString(INSTALLED.resolve(file), source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return run(List.of(command, file), Duration.ofSeconds(90), environment);
    }

    /** Runs a script to its end; the last line it prints is its result. */
    static JsonNode result(String script, String... args) {
        install();
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(args));
        return Json.parse(run(command, Duration.ofSeconds(90))
                .strip()
                .lines()
                .reduce((a, b) -> b)
                .orElseThrow());
    }

    /** Starts a follower of a topic with the stock Supabase client and waits until it has joined. */
    static Follower follow(String... args) {
        install();
        List<String> command = new ArrayList<>(List.of("node", "follow.mjs"));
        command.addAll(List.of(args));
        try {
            return new Follower(new ProcessBuilder(command)
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A running {@code follow.mjs}. */
    static final class Follower implements AutoCloseable {
        private final Process process;
        private final Writer commands;
        private final List<JsonNode> lines = new CopyOnWriteArrayList<>();

        private Follower(Process process) {
            this.process = process;
            this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (var reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (line.startsWith("{")) {
                        lines.add(Json.parse(line));
                    }
                }
            } catch (IOException e) {
                // The process is gone; what it printed stays.
            }
        }

        List<JsonNode> events(String event) {
            return lines.stream()
                    .filter(l -> l.path("event").asText().equals(event))
                    .map(l -> l.path("payload"))
                    .toList();
        }

        Follower await(String what, Predicate<List<JsonNode>> condition) {
            Awaitility.await(what)
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> condition.test(lines));
            return this;
        }

        Follower awaitStatus(String status) {
            return await("status " + status, all -> all.stream()
                    .anyMatch(l -> l.path("status").asText().equals(status)));
        }

        Follower awaitEvent(String event) {
            return await("event " + event, all -> !events(event).isEmpty());
        }

        /** Waits for what became of a broadcast of this client. */
        Follower awaitResult(String event, String result) {
            return await(event + " " + result, all -> all.stream()
                    .anyMatch(l -> l.path("sent").asText().equals(event)
                            && l.path("result").asText().equals(result)));
        }

        List<JsonNode> lines() {
            return List.copyOf(lines);
        }

        void broadcast(String event, Map<String, ?> payload) {
            try {
                commands.write(Json.write(Map.of("event", event, "payload", payload)) + "\n");
                commands.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroy();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !process.isAlive());
        }
    }
}
