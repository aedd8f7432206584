package io.weir.bench.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A child process with its log. It ends when it is closed, and at the latest with us. */
final class ServerProcess implements AutoCloseable {
    private static final int START_SECONDS = 120;
    private static final int STOP_SECONDS = 10;
    private static final int POLL_MILLIS = 50;

    private final Process process;
    private final Path log;
    private final boolean java;
    private final Thread last;

    private ServerProcess(Process process, Path log, boolean java) {
        this.process = process;
        this.log = log;
        this.java = java;
        this.last = new Thread(this::kill, "stop " + process.pid());
        Runtime.getRuntime().addShutdownHook(last);
    }

    static ServerProcess start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start(), log, command.getFirst().endsWith("/java"));
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    long pid() {
        return process.pid();
    }

    /** Returns once somebody listens on the port. */
    void awaitPort(int port) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IOException("ended at its start, see " + log + ":\n" + Files.readString(log));
            }
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), POLL_MILLIS);
                return;
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
        throw new IOException("does not listen, see " + log);
    }

    /** Returns once it has ended well by itself. */
    void awaitEnd(int seconds) throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("did not end well, see " + log + ":\n" + Files.readString(log));
        }
    }

    /**
     * Lets a JVM collect its garbage; other programs are left alone.
     *
     * @return bytes of the objects that live in its heap then; empty for other programs
     */
    OptionalLong collectGarbage() throws IOException, InterruptedException {
        if (!java) {
            return OptionalLong.empty();
        }
        jcmd("GC.run");
        return OptionalLong.of(HeapInfo.usedBytes(jcmd("GC.heap_info")));
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asking = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        asking.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        return said;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Tells it to end and gives it so long, for what it has to do at its end. */
    void end(int seconds) throws InterruptedException {
        process.destroy();
        process.waitFor(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
                process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException _) {
            kill();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(last);
        } catch (IllegalStateException _) {
            // We are ending; the hook finds nothing to do.
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
