package io.weir.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Another edge in front of the same stack: started as the first one was, but for some of its settings. */
final class SecondEdge implements AutoCloseable {
    private final Process process;
    private final URI url;

    private SecondEdge(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param first the process of the first one
     * @param settings environment variables that differ
     */
    static SecondEdge like(long first, Map<String, String> settings) {
        try {
            Path about = Path.of("/proc", Long.toString(first));
            List<String> command = parts(about.resolve("cmdline"));
            int java = command.indexOf(command.stream()
                    .filter(part -> part.endsWith("/java"))
                    .findFirst()
                    .orElseThrow());
            var builder = new ProcessBuilder(command.subList(java, command.size()));
            Map<String, String> environment = new HashMap<>();
            for (String variable : parts(about.resolve("environ"))) {
                String[] pair = variable.split("=", 2);
                environment.put(pair[0], pair[1]);
            }
            environment.putAll(settings);
            int port = freePort();
            environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
            builder.environment().clear();
            builder.environment().putAll(environment);
            File log = Path.of("target", "second-edge.log").toFile();
            Process process =
                    builder.redirectErrorStream(true).redirectOutput(log).start();
            var edge = new SecondEdge(process, URI.create("http://127.0.0.1:" + port));
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "stop the second edge"));
            edge.awaitReady();
            return edge;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return url;
    }

    /** Asks it to leave, and waits until it is gone. */
    void leave(Duration limit) {
        process.destroy();
        Awaitility.await("the second edge has left").atMost(limit).until(() -> !process.isAlive());
    }

    private void awaitReady() {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve("/q/health/ready")).GET().build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Awaitility.await("the second edge is ready")
                    .atMost(Duration.ofMinutes(2))
                    .ignoreExceptions()
                    .until(() -> client.send(request, BodyHandlers.discarding()).statusCode() == 200);
        }
    }

    private static List<String> parts(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return Arrays.stream(text.split("\0", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Awaitility.await("the second edge is gone")
                .atMost(Duration.ofSeconds(20))
                .until(() -> !process.isAlive());
    }
}
