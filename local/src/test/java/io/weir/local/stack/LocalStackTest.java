package io.weir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack without the services, whose packages are built after this module's tests. */
class LocalStackTest {
    private static final Part[] INFRASTRUCTURE = {Part.POSTGRES, Part.ISSUER, Part.DEMO_1};

    private final Path folder;

    LocalStackTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void keepsDataAndLeavesNoProcess() throws Exception {
        var pids = new ArrayList<Long>();
        try (LocalStack stack = stack()) {
            assertThat(stack.start()).isEmpty();
            for (Part part : INFRASTRUCTURE) {
                pids.add(stack.pid(part));
                assertThat(stack.state(part)).isEqualTo(PartState.UP);
            }
            assertThat(StackFile.read(layout()))
                    .map(file -> file.url(Part.DEMO_1))
                    .hasValue(stack.url(Part.DEMO_1));
            try (Connection connection = connect(stack)) {
                connection.createStatement().execute("CREATE TABLE kept AS SELECT 42 AS answer");
            }
        }
        assertNoneLives(pids);
        assertThat(StackFile.read(layout())).isEmpty();

        try (LocalStack again = stack()) {
            assertThat(again.start()).isEmpty();
            try (Connection connection = connect(again);
                    var rows = connection.createStatement().executeQuery("SELECT answer FROM kept")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(42);
            }
        }

        try (LocalStack fresh = builder().only(INFRASTRUCTURE).fresh().build()) {
            fresh.start();
            try (Connection connection = connect(fresh)) {
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> connection.createStatement().executeQuery("SELECT answer FROM kept"));
            }
        }
    }

    @Test
    void killsAndRestartsAPart() throws Exception {
        try (LocalStack stack = builder().only(Part.DEMO_1).build()) {
            stack.start();
            long first = stack.pid(Part.DEMO_1);
            stack.kill9(Part.DEMO_1);
            assertThat(stack.state(Part.DEMO_1)).isEqualTo(PartState.DOWN);

            stack.restart(Part.DEMO_1);

            assertThat(stack.state(Part.DEMO_1)).isEqualTo(PartState.UP);
            assertThat(stack.pid(Part.DEMO_1)).isNotEqualTo(first);
        }
    }

    @Test
    void refusesASecondStackOnTheSameData() throws Exception {
        try (LocalStack first = builder().only(Part.DEMO_1).build();
                LocalStack second = builder().only(Part.DEMO_2).build()) {
            first.start();

            assertThatExceptionOfType(StackException.class)
                    .isThrownBy(second::start)
                    .withMessageContaining("Another ./weir up runs on");
            assertThat(first.state(Part.DEMO_1)).isEqualTo(PartState.UP);
        }
    }

    @Test
    void showsTheLastLinesOfAPartThatDiesWhileItStarts() throws Exception {
        try (LocalStack stack = builder()
                .only(Part.DEMO_1)
                .environment(Part.DEMO_1, "DEMO_AGENT_TOKEN", "")
                .build()) {
            assertThatExceptionOfType(StackException.class)
                    .isThrownBy(stack::start)
                    .withMessageContaining("demo-1 ended with exit code 2")
                    .withMessageContaining("usage: DEMO_AGENT_TOKEN=secret");
        }
    }

    @Test
    void endsWithItsLauncherEvenWhenThatIsKilled() throws Exception {
        Process launcher = launch();
        var pids = new ArrayList<Long>();
        for (String pid : Optional.ofNullable(launcher.inputReader().readLine())
                .orElseThrow()
                .split(" ", -1)) {
            pids.add(Long.valueOf(pid));
        }
        assertThat(pids).hasSize(3).allMatch(pid -> ProcessHandle.of(pid).isPresent());

        launcher.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        assertNoneLives(pids);
    }

    @Test
    void endsWithALauncherThatIsKilledWhilePostgresStarts() throws Exception {
        var layout = new Layout(Layout.find().root(), folder);
        Process launcher = launch();
        Optional<Long> postmaster = Optional.empty();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (postmaster.isEmpty() && System.nanoTime() < deadline) {
            // While the cluster is made, the file has a negative number.
            postmaster = Leftovers.postmaster(layout.postgresData()).filter(pid -> pid > 0);
            Thread.sleep(5);
        }

        launcher.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        assertThat(postmaster).isPresent();
        assertNoneLives(List.of(postmaster.get()));
    }

    private Process launch() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Layout.find().root().resolve("local/target/test-classes")
                                + java.io.File.pathSeparator
                                + Layout.find().cliClassPath(),
                        AbandonedStack.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private StackBuilder builder() {
        return LocalStack.builder()
                .dataDirectory(folder.resolve("with a space"))
                .freePorts()
                .debugAgents();
    }

    private LocalStack stack() throws Exception {
        return builder().only(INFRASTRUCTURE).build();
    }

    private Layout layout() {
        return new Layout(Layout.find().root(), folder.resolve("with a space"));
    }

    private static Connection connect(LocalStack stack) throws SQLException {
        return DriverManager.getConnection(
                stack.url(Part.POSTGRES).replace("http:", "jdbc:postgresql:") + "/weir_metering", "postgres", "");
    }

    private static void assertNoneLives(List<Long> pids) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        for (long pid : pids) {
            while (ProcessHandle.of(pid).isPresent()) {
                assertThat(System.nanoTime()).as("pid " + pid + " still lives").isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }
}
