package io.weir.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.local.stack.Layout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as far as it can be tried without a build. */
class LauncherTest {
    private final Path folder;

    LauncherTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void isAScriptThatEveryShellReads() throws Exception {
        assertThat(run(List.of("sh", "-n", launcher().toString()))).isEmpty();
    }

    @Test
    void passesOverJdksThatAreTooOldAndSaysHowToGetOne() throws Exception {
        Path old = Files.createDirectories(folder.resolve("an old jdk/bin"));
        for (String program : List.of("java", "javac")) {
            Path file = Files.writeString(old.resolve(program), "#!/bin/sh\necho javac 17.0.1\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        // The usual folders of this machine may hold a JDK that fits; the copy looks nowhere else.
        String script = Files.readString(launcher()).replaceAll("(?s)for candidate in .*?; do", "for candidate in; do");
        Path copy = Files.writeString(folder.resolve("weir"), script);

        String said = run(List.of(
                "env",
                "JAVA_HOME=" + old.getParent(),
                "PATH=" + old + ":/usr/bin:/bin",
                "sh",
                "-c",
                "command() { return 1; }; . '" + copy + "'",
                copy.toString()));

        assertThat(said).contains("Weir needs a JDK 25 or newer").contains("JAVA_HOME");
    }

    @Test
    void hasAHelpForEveryCommand() {
        var commands = WeirCommand.commandLine().getSubcommands();

        assertThat(commands).containsOnlyKeys("up", "status", "token", "grant", "balance", "chat");
        commands.forEach((name, command) ->
                assertThat(command.getUsageMessage()).as(name).contains("Usage: weir " + name));
    }

    private static Path launcher() {
        return Layout.find().root().resolve("weir");
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
