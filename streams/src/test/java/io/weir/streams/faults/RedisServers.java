package io.weir.streams.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Real servers as processes on free ports of the loopback address, without any file kept; all end with this. */
public final class RedisServers implements AutoCloseable {
    /** Path of the server's program; without it, what is installed is taken. */
    private static final String SERVER_PROPERTY = "weir.test.redis-server";

    private static final int SLOTS = 16_384;
    private static final long WAIT_SECONDS = 20;

    private final Path folder;
    private final Map<Integer, List<String>> commands = new LinkedHashMap<>();
    private final Map<Integer, Process> processes = new LinkedHashMap<>();

    private RedisServers(Path folder) {
        this.folder = folder;
    }

    /** True if this machine has a server to start: Redis or Valkey. */
    public static boolean areInstalled() {
        return program("server").isPresent();
    }

    /** One server alone. */
    public static RedisServers single(String... settings) {
        RedisServers servers = create();
        servers.startOne(settings);
        return servers;
    }

    /** A cluster of so many shards, each with so many replicas. */
    public static RedisServers cluster(int shards, int replicas) {
        RedisServers servers = create();
        for (int i = 0; i < shards * (1 + replicas); i++) {
            servers.startOne("--cluster-enabled", "yes", "--cluster-node-timeout", "1000");
        }
        servers.join(shards);
        return servers;
    }

    private static RedisServers create() {
        try {
            return new RedisServers(Files.createTempDirectory("weir-redis"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server that was asked for, with the command line client beside it, or one that is installed. */
    private static Optional<String> program(String kind) {
        String asked = System.getProperty(SERVER_PROPERTY, "");
        if (!asked.isEmpty()) {
            Path server = Path.of(asked);
            String name = server.getFileName().toString().replace("server", kind);
            return Optional.of(server.resolveSibling(name).toString());
        }
        return Stream.of("redis-" + kind, "valkey-" + kind)
                .filter(name -> Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, name))))
                .findFirst();
    }

    private void startOne(String... settings) {
        int port = LastingPort.find();
        List<String> command = new ArrayList<>(List.of(
                program("server").orElseThrow(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder.toString(),
                "--cluster-config-file",
                "nodes-" + port + ".conf",
                // Its own choice, 10,000 higher, lies among the ports of outgoing connections.
                "--cluster-port",
                Integer.toString(LastingPort.find())));
        command.addAll(List.of(settings));
        commands.put(port, command);
        start(port);
    }

    /** Starts a server that was killed again, on its port, in its place of the cluster, and without its data. */
    public void start(int port) {
        try {
            processes.put(
                    port,
                    new ProcessBuilder(Objects.requireNonNull(commands.get(port)))
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve(port + ".log").toFile())
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await(() -> answers(port));
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void join(int shards) {
        List<Integer> ports = List.copyOf(processes.keySet());
        for (int shard = 0; shard < shards; shard++) {
            int from = SLOTS * shard / shards;
            int to = SLOTS * (shard + 1) / shards - 1;
            ask(ports.get(shard), "cluster", "addslotsrange", Integer.toString(from), Integer.toString(to));
            ask(ports.get(shard), "cluster", "set-config-epoch", Integer.toString(shard + 1));
        }
        for (int port : ports) {
            ask(ports.getFirst(), "cluster", "meet", "127.0.0.1", Integer.toString(port), busOf(port));
        }
        await(() -> ports.stream()
                .allMatch(port -> ask(port, "cluster", "info").contains("cluster_known_nodes:" + ports.size())));
        for (int i = shards; i < ports.size(); i++) {
            int port = ports.get(i);
            String master =
                    ask(ports.get((i - shards) % shards), "cluster", "myid").strip();
            await(() -> ask(port, "cluster", "replicate", master).startsWith("OK"));
        }
        await(() -> ports.stream().allMatch(RedisServers::isWell));
        await(() -> ports.stream().skip(shards).allMatch(port -> ask(port, "info", "replication")
                .contains("master_link_status:up")));
    }

    private String busOf(int port) {
        List<String> command = Objects.requireNonNull(commands.get(port));
        return command.get(command.indexOf("--cluster-port") + 1);
    }

    /** True if a server says that its whole cluster is well. */
    public static boolean isWell(int port) {
        return ask(port, "cluster", "info").contains("cluster_state:ok");
    }

    /** The addresses to configure. */
    public List<URI> hosts() {
        return processes.keySet().stream()
                .map(port -> URI.create("redis://127.0.0.1:" + port))
                .toList();
    }

    /** Ports of the servers, in the order of their start. */
    public Collection<Integer> ports() {
        return processes.keySet();
    }

    /** Runs a command and gives what the server answers, as the command line client shows it. */
    public static String ask(int port, String... words) {
        List<String> command =
                new ArrayList<>(List.of(program("cli").orElseThrow(), "-h", "127.0.0.1", "-p", Integer.toString(port)));
        command.addAll(List.of(words));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How often a command was called on all servers since their start. */
    public long calls(String command) {
        return processes.keySet().stream()
                .flatMap(port -> ask(port, "info", "commandstats").lines())
                .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
                .sum();
    }

    /** Forgets everything on all servers. */
    public void empty() {
        processes.keySet().forEach(port -> ask(port, "flushall"));
    }

    /** The server that has a key's slot now. */
    public int ownerOf(String key) {
        int any = ports().stream()
                .filter(port -> process(port).isAlive())
                .findFirst()
                .orElseThrow();
        long slot = Long.parseLong(ask(any, "cluster", "keyslot", key).strip());
        return ask(any, "cluster", "nodes")
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(node -> node[2].contains("master") && !node[2].contains("fail"))
                .filter(node -> Stream.of(node).skip(8).anyMatch(range -> contains(range, slot)))
                .map(node -> Integer.parseInt(node[1].substring(node[1].indexOf(':') + 1, node[1].indexOf('@'))))
                .findFirst()
                .orElseThrow();
    }

    private static boolean contains(String range, long slot) {
        if (range.startsWith("[")) {
            return false;
        }
        String[] ends = range.split("-", 2);
        return slot >= Long.parseLong(ends[0]) && slot <= Long.parseLong(ends[ends.length - 1]);
    }

    /** Id of a server's process, the last one that was started on that port. */
    public long pid(int port) {
        return process(port).pid();
    }

    private Process process(int port) {
        return Objects.requireNonNull(processes.get(port));
    }

    /** Kills a server. */
    public void kill(int port) {
        process(port).destroyForcibly();
    }

    /** Starts a server again where it was, with nothing in it, once the killed one has let go of its port. */
    public void restart(int port) {
        LastingPort.awaitFree(port);
        start(port);
    }

    /** Stops a server from answering, or lets it go on. */
    public void pause(int port, boolean paused) {
        try {
            new ProcessBuilder(
                            "kill",
                            paused ? "-STOP" : "-CONT",
                            Long.toString(process(port).pid()))
                    .start()
                    .waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a condition, 20 s at most. */
    public static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + WAIT_SECONDS + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
