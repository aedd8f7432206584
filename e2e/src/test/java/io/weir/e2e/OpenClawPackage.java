package io.weir.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * OpenClaw in the version of the lock file in {@code src/test/openclaw}, with the Node that it needs, as npm installs them.
 * They are kept in {@code .weir/openclaw}, so that only the first run needs a network.
 */
final class OpenClawPackage {
    private static final Path SOURCES = Path.of("src/test/openclaw");
    private static final Path INSTALLED =
            Path.of("..", ".weir", "openclaw").toAbsolutePath().normalize();
    private static final Path LOG = Path.of("target", "openclaw-install.log");
    /** Written last: a folder that was left half made lacks it. */
    private static final Path WHOLE = INSTALLED.resolve("installed-package-lock.json");

    private static final int INSTALL_MINUTES = 10;
    private static final int LINES_TOLD = 15;

    private OpenClawPackage() {}

    /** Installs it unless it is there; says why where that cannot be. */
    static Optional<String> obstacle() throws IOException, InterruptedException {
        Path lock = SOURCES.resolve("package-lock.json");
        if (Files.exists(WHOLE) && Files.mismatch(lock, WHOLE) < 0) {
            return Optional.empty();
        }
        Files.createDirectories(INSTALLED);
        Files.createDirectories(LOG.getParent());
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Optional<String> failure = install();
        if (failure.isEmpty()) {
            Files.copy(lock, WHOLE, StandardCopyOption.REPLACE_EXISTING);
        }
        return failure;
    }

    private static Optional<String> install() throws IOException, InterruptedException {
        Process npm;
        try {
            npm = new ProcessBuilder(
                            "npm",
                            "ci",
                            "--ignore-scripts",
                            "--prefer-offline",
                            "--no-audit",
                            "--no-fund",
                            "--loglevel=error")
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(LOG.toFile())
                    .start();
        } catch (IOException e) {
            return Optional.of("npm cannot be started: " + e.getMessage());
        }
        npm.getOutputStream().close();
        if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
            npm.descendants().forEach(ProcessHandle::destroyForcibly);
            npm.destroyForcibly().waitFor();
            return Optional.of("npm took longer than " + INSTALL_MINUTES + " minutes");
        }
        if (npm.exitValue() != 0) {
            List<String> said = Files.readAllLines(LOG);
            return Optional.of("npm has failed: "
                    + String.join(" | ", said.subList(Math.max(0, said.size() - LINES_TOLD), said.size())));
        }
        return Files.isExecutable(node()) ? Optional.empty() : Optional.of("there is no Node for this system");
    }

    /** The command that starts it as a gateway on a port of the loopback address. */
    static List<String> command(int port) {
        return List.of(
                node().toString(),
                INSTALLED.resolve("node_modules/openclaw/openclaw.mjs").toString(),
                "gateway",
                "--port",
                Integer.toString(port),
                "--bind",
                "loopback");
    }

    /** Where it may keep what makes its next start faster. */
    static Path cache() throws IOException {
        return Files.createDirectories(INSTALLED.resolve("tmp"));
    }

    private static Path node() {
        String processor =
                System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64") ? "arm64" : "x64";
        return INSTALLED.resolve("node_modules/node-linux-" + processor + "/bin/node");
    }
}
