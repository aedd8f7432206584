package io.weir.edge.fake;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Scripts of {@code src/test/js} with the unmodified npm packages of their lock file, installed under {@code target}. */
public final class NodeScript {
    private static final Path SOURCES = Path.of("src", "test", "js");
    private static final Path HOME = Path.of("target", "npm-sdks");
    private static final int OLDEST_NODE = 20;

    private NodeScript() {}

    /** Installs the packages; false where there is no Node that can run them, or they cannot be had. */
    public static boolean isInstalled() throws IOException, InterruptedException {
        if (nodeVersion() < OLDEST_NODE) {
            return false;
        }
        Files.createDirectories(HOME);
        try (var files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Files.copy(file, HOME.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (Files.exists(HOME.resolve("node_modules/@ai-sdk/openai"))) {
            return true;
        }
        List<String> install = List.of("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline");
        return exit(install, "npm.log", 180) == 0;
    }

    /** Runs a script to its end; the last line that it prints is its result. */
    public static JsonObject run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "--no-deprecation", script));
        command.addAll(List.of(arguments));
        String log = script + ".log";
        int exit = exit(command, log, 60);
        String said = Files.readString(HOME.resolve(log));
        if (exit != 0) {
            throw new AssertionError(script + " ended with " + exit + ":\n" + said);
        }
        return new JsonObject(said.lines().reduce("", (_, last) -> last));
    }

    private static int exit(List<String> command, String log, int seconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(HOME.resolve(log).toFile())
                .start();
        process.getOutputStream().close();
        if (process.waitFor(seconds, TimeUnit.SECONDS)) {
            return process.exitValue();
        }
        process.destroyForcibly();
        return -1;
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
}
