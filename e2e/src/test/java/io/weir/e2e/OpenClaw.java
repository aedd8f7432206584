package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.streams.faults.LastingPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A running OpenClaw of {@link OpenClawPackage}, before a model of ours, with every process that it has started. */
final class OpenClaw implements AutoCloseable {
    static final String TOKEN = "the-owners-token-of-a-real-openclaw";

    /** Alone on two busy cores it takes ten seconds to start, and as long for its first answer. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final int LINES_TOLD = 30;

    /** What asks for HTTP/2 by an upgrade gets no answer from it. */
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final URI url;
    private final Path log;
    private final Process process;
    private final List<ProcessHandle> family = new ArrayList<>();

    private OpenClaw(URI url, Path log, Process process) {
        this.url = url;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts one, and waits until it is ready and has answered its first question.
     *
     * @param folder where it keeps its state and its log; made if it is not there
     * @param model where its model is
     */
    static OpenClaw start(Path folder, URI model) throws IOException {
        Path state = Files.createDirectories(folder.resolve("state"));
        Path log = folder.resolve("openclaw.log");
        int port = LastingPort.find();
        Files.writeString(state.resolve("openclaw.json"), Json.write(config(folder, port, model)));
        var builder = new ProcessBuilder(OpenClawPackage.command(port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "HOME",
                        folder.toString(),
                        "TMPDIR",
                        OpenClawPackage.cache().toString(),
                        "OPENCLAW_STATE_DIR",
                        state.toString(),
                        "OPENCLAW_NO_RESPAWN",
                        "1",
                        "OPENCLAW_SKIP_CHANNELS",
                        "1",
                        "OPENCLAW_SKIP_CRON",
                        "1"));
        Process process = builder.start();
        process.getOutputStream().close();
        var claw = new OpenClaw(URI.create("http://127.0.0.1:" + port), log, process);
        Runtime.getRuntime().addShutdownHook(new Thread(claw::killAll, "stop OpenClaw"));
        claw.awaitReady();
        claw.awaitFirstAnswer();
        return claw;
    }

    private static Map<String, ?> config(Path folder, int port, URI model) {
        Map<String, ?> enabled = Map.of("enabled", true);
        Map<String, ?> gateway = Map.of(
                "mode",
                "local",
                "bind",
                "loopback",
                "port",
                port,
                "auth",
                Map.of("mode", "token", "token", TOKEN),
                "http",
                Map.of("endpoints", Map.of("responses", enabled, "chatCompletions", enabled)));
        Map<String, ?> provider = Map.of(
                "baseUrl",
                model.toString(),
                "apiKey",
                "none",
                "api",
                "openai-completions",
                "models",
                List.of(Map.of("id", "m1", "name", "m1")));
        return Map.of(
                "gateway",
                gateway,
                "models",
                Map.of(
                        "mode",
                        "replace",
                        "providers",
                        Map.of("ours", provider),
                        "catalogRefresh",
                        Map.of("enabled", false)),
                "agents",
                Map.of(
                        "defaults",
                        Map.of(
                                "model",
                                Map.of("primary", "ours/m1"),
                                "workspace",
                                folder.resolve("workspace").toString())),
                "plugins",
                Map.of("enabled", false),
                "logging",
                Map.of("file", folder.resolve("openclaw-own.log").toString()));
    }

    URI url() {
        return url;
    }

    /** Status of its start-up probe; 0 without an answer. */
    int startupStatus() {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/startupz"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException _) {
            return 0; // not listening
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Tells it to end in peace, as an operator does. */
    void drain() {
        remember();
        process.destroy();
    }

    void awaitExit() {
        Awaitility.await("OpenClaw has ended").atMost(PATIENCE).until(() -> !process.isAlive());
    }

    /** {@code kill -9}. What it has started ends then by itself, or is killed too. */
    void kill() {
        remember();
        process.destroyForcibly().onExit().join();
    }

    /** Ends what is left of it, and waits until nothing is. */
    @Override
    public void close() {
        killAll();
        Awaitility.await("nothing is left of OpenClaw")
                .atMost(Duration.ofSeconds(20))
                .until(() -> family().noneMatch(ProcessHandle::isAlive));
        http.close();
    }

    private void killAll() {
        remember();
        family().forEach(ProcessHandle::destroyForcibly);
    }

    private synchronized Stream<ProcessHandle> family() {
        return List.copyOf(family).stream();
    }

    /** Whose child an orphan was, nobody can tell afterwards. */
    private synchronized void remember() {
        family.add(process.toHandle());
        process.descendants().forEach(family::add);
    }

    private void awaitReady() {
        Awaitility.await("OpenClaw is ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("OpenClaw has ended:\n" + lastLines());
                    }
                    return startupStatus() == 200;
                });
    }

    /** It loads most of its code for the first one. */
    private void awaitFirstAnswer() {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/v1/responses"))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(Map.of("model", "openclaw", "input", "Wake up."))))
                .build();
        HttpResponse<String> response = User.send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains(ModelProvider.answer());
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
