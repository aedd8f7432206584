package io.weir.relay;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The unmodified npm client in a Node process of its own; waits at most 20 s for each thing it says. */
final class NpmClient implements AutoCloseable {
    private static final Path HOME = Path.of("target", "npm-client");
    private static final int OLDEST_NODE = 20;

    private final BlockingQueue<JsonObject> said = new LinkedBlockingQueue<>();
    private final Process process;

    /** Installs the client, if Node is there; empty otherwise. */
    static Optional<Path> install() throws IOException, InterruptedException {
        if (nodeVersion() < OLDEST_NODE) {
            return Optional.empty();
        }
        copy(Path.of("src", "test", "js"), HOME);
        if (!Files.exists(HOME.resolve("node_modules/@supabase/supabase-js"))) {
            Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
                    .directory(HOME.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(HOME.resolve("npm.log").toFile())
                    .start();
            if (!npm.waitFor(120, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                return Optional.empty();
            }
        }
        return Optional.of(HOME);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(file.getFileName().toString());
                if (Files.isDirectory(file)) {
                    copy(file, target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static int nodeVersion() throws InterruptedException {
        try {
            Process node = new ProcessBuilder("node", "-p", "process.versions.node.split('.')[0]").start();
            String version = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return node.waitFor() == 0 ? Integer.parseInt(version) : 0;
        } catch (IOException _) {
            return 0;
        }
    }

    NpmClient(Path home, String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "--no-deprecation", script));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectError(home.resolve("client.log").toFile())
                .start();
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines()
                    .filter(line -> line.startsWith("{"))
                    .map(JsonObject::new)
                    .forEach(said::add);
        } catch (IOException _) {
            // The process has ended.
        }
    }

    /** The next thing; waits at most 60 s, for scenarios that take their time. */
    JsonObject next() throws InterruptedException {
        JsonObject next = said.poll(60, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("the client says nothing any more");
        }
        return next;
    }

    /** The next thing of this kind; others are skipped. */
    JsonObject next(String kind) throws InterruptedException {
        JsonObject next = said.poll(20, TimeUnit.SECONDS);
        while (next != null && !kind.equals(next.getString("kind"))) {
            next = said.poll(20, TimeUnit.SECONDS);
        }
        if (next == null) {
            throw new AssertionError("the client did not say " + kind);
        }
        return next;
    }

    /** Tells it to leave. */
    void leave() throws IOException {
        tell("");
    }

    /** Tells it a line. */
    void tell(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
