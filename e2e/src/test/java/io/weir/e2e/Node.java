package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One JVM of a {@link Fleet}: a service or a demo agent, always on the same port and with the same configuration. */
final class Node implements Victim {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final int LINES_TOLD = 30;

    private final String name;
    private final String role;
    private final URI url;
    private final String health;
    private final Path folder;
    private final List<String> command;
    private final Map<String, String> environment;
    private final List<Process> all = new ArrayList<>();

    private volatile @Nullable Process process;

    /**
     * A process that has not started.
     *
     * @param health path that answers 200 when it is ready
     * @param folder with {@code logs} and {@code run}, for its log and its pid
     */
    Node(
            String name,
            String role,
            int port,
            String health,
            Path folder,
            List<String> command,
            Map<String, String> environment) {
        this.name = name;
        this.role = role;
        this.url = URI.create("http://127.0.0.1:" + port);
        this.health = health;
        this.folder = folder;
        this.command = command;
        this.environment = environment;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String role() {
        return role;
    }

    URI url() {
        return url;
    }

    @Override
    public synchronized void start() {
        try {
            var builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putAll(environment);
            Process started = builder.start();
            started.getOutputStream().close();
            // Whoever watches over the folder ends what is named here, should this JVM be killed.
            Files.writeString(folder.resolve("run").resolve(name + ".pid"), started.pid() + "\n");
            all.add(started);
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void awaitReady() {
        Awaitility.await(name + " is ready")
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!running().isAlive()) {
                        throw new AssertionError(name + " has ended:\n" + lastLines());
                    }
                    return status(health) == 200;
                });
    }

    /** Status of the answer to a GET; 0 without one. */
    int status(String path) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(Duration.ofSeconds(3))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException _) {
            return 0; // not listening
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void kill() {
        running().destroyForcibly().onExit().join();
    }

    @Override
    public long pid() {
        return running().pid();
    }

    /** Every process that has ever run under this name. */
    synchronized List<Process> processes() {
        return List.copyOf(all);
    }

    Path log() {
        return folder.resolve("logs").resolve(name + ".log");
    }

    private String lastLines() {
        try {
            List<String> lines =
                    Files.readString(log(), StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    private Process running() {
        return Objects.requireNonNull(process, name);
    }
}
