package io.weir.local.stack;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole stack on this machine. {@link #start} and {@link #stop} once each, from any thread; a stop that comes
 * while the stack starts ends the start. Tests may {@link #kill9} and {@link #restart} parts in between.
 */
public final class LocalStack implements AutoCloseable {
    // With the drain deadline of 5 s and what follows it, all is over within 15 s.
    private static final Duration OTHERS_STOP = Duration.ofSeconds(6);
    private static final Duration LEAST_STOP = Duration.ofSeconds(1);
    // Beyond the drain deadline a gateway has its last settles to make.
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(3);

    private final Layout layout;
    private final Ports ports;
    private final Optional<ForeignAgent> foreignAgent;
    private final boolean debugAgents;
    private final List<Part> only;
    private final boolean fresh;
    private final Map<String, String> settings;
    private final PartStates states;
    private final PartProcesses processes;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Object postgresLock = new Object();
    private @Nullable StackLock lock;
    private volatile @Nullable Watchdog watchdog;
    private @Nullable Postgres postgres;
    private volatile @Nullable Wiring wiring;

    LocalStack(StackBuilder settings) throws IOException {
        this.layout = settings.layout;
        this.ports = Ports.of(settings.ports);
        this.foreignAgent = Optional.ofNullable(settings.foreignAgent);
        this.debugAgents = settings.debugAgents;
        this.only = settings.only;
        this.fresh = settings.fresh;
        this.settings = settings.settings;
        this.states = new PartStates(parts(), settings.listener);
        this.processes = new PartProcesses(layout, states, settings.environment, http);
    }

    /** Settings of a stack of the checkout around the current folder. */
    public static StackBuilder builder() {
        return new StackBuilder(Layout.find());
    }

    /** The parts of this stack, in the order in which they start. */
    public List<Part> parts() {
        return Stream.of(Part.values())
                .filter(only::contains)
                .filter(part -> foreignAgent.isEmpty() || !part.isAgent())
                .toList();
    }

    /**
     * Starts everything and returns when all of it is ready.
     *
     * @return what was left over from an earlier stack and has been ended
     * @throws StackException with a message for the person at the terminal; what had started is stopped again
     */
    public List<String> start() throws StackException, InterruptedException {
        try {
            layout.createFolders();
            lock = StackLock.take(layout);
            List<String> leftovers = Leftovers.clean(layout);
            if (fresh) {
                Folders.delete(layout.postgresData());
                Folders.delete(layout.journal());
            }
            ports.checkFree(parts());
            wiring = new Wiring(layout, ports, new Secrets(layout.secrets()), foreignAgent, debugAgents, settings);
            watchdog = Watchdog.over(layout);
            startParts();
            stackFile().write(layout);
            return leftovers;
        } catch (IOException | SQLException e) {
            stop();
            throw new StackException("The stack cannot start: " + e.getMessage(), e);
        } catch (StackException | InterruptedException | RuntimeException e) {
            stop();
            throw e;
        }
    }

    private void startParts() throws StackException, InterruptedException, IOException, SQLException {
        for (Part part : parts()) {
            rotateLog(part);
        }
        List<Part> first =
                parts().stream().filter(part -> part.module().isEmpty()).toList();
        for (Part part : first) {
            if (part != Part.POSTGRES) {
                processes.spawn(part, wired());
            }
        }
        if (parts().contains(Part.POSTGRES)) {
            startPostgres();
        }
        for (Part part : first) {
            if (part != Part.POSTGRES) {
                processes.awaitReady(part, wired());
            }
        }
        List<Part> services =
                parts().stream().filter(part -> part.module().isPresent()).toList();
        for (Part part : services) {
            processes.spawn(part, wired());
        }
        for (Part part : services) {
            processes.awaitReady(part, wired());
        }
    }

    private void startPostgres() throws IOException, SQLException, StackException {
        states.change(Part.POSTGRES, PartState.STARTING);
        try {
            synchronized (postgresLock) {
                processes.checkNotStopping();
                postgres = Postgres.start(layout, ports.of(Part.POSTGRES));
            }
        } catch (IllegalStateException e) {
            throw new StackException(
                    "PostgreSQL did not start (" + e.getMessage() + "). Its last lines:\n"
                            + ManagedProcess.lastLines(layout.log(Part.POSTGRES), 15),
                    e);
        }
        states.change(Part.POSTGRES, PartState.UP);
    }

    private void rotateLog(Part part) throws IOException {
        Path log = layout.log(part);
        if (Files.exists(log)) {
            Files.move(log, log.resolveSibling(part.title() + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Stops everything in order: the gateway ends its streams while the edge still carries them, metering settles while
     * PostgreSQL is there. Returns when no process is left; a second call returns at once.
     */
    public void stop() {
        if (!processes.beginToStop()) {
            return;
        }
        try {
            Duration drained = drainDeadline().plus(AFTER_DRAIN);
            long deadline = System.nanoTime() + drained.plus(OTHERS_STOP).toNanos();
            processes.stop(List.of(Part.GATEWAY), drained);
            processes.stop(List.of(Part.EDGE, Part.RELAY), untilBefore(deadline, Duration.ofSeconds(3)));
            processes.stop(List.of(Part.METERING), untilBefore(deadline, Duration.ofSeconds(2)));
            processes.stop(List.of(Part.DEMO_1, Part.DEMO_2, Part.ISSUER), Duration.ofMillis(500));
            stopPostgres();
            release();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the stack did not stop cleanly", e);
        }
    }

    /** The time that is left when the steps after this one need so much; at least a second. */
    private static Duration untilBefore(long deadlineNanos, Duration needed) {
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime()).minus(needed);
        return left.compareTo(LEAST_STOP) < 0 ? LEAST_STOP : left;
    }

    /** What a shutdown of the gateway may take: its drain deadline, as the caller's environment has it. */
    private Duration drainDeadline() {
        String text = processes.variable(Part.GATEWAY, "WEIR_DRAIN_DEADLINE", "5s");
        String number = text.replaceAll("[^0-9]", "");
        return number.isEmpty() ? Duration.ofSeconds(5) : Duration.ofSeconds(Math.min(Long.parseLong(number), 60));
    }

    private void stopPostgres() throws IOException {
        synchronized (postgresLock) {
            if (postgres != null) {
                states.change(Part.POSTGRES, PartState.STOPPING);
                postgres.close();
                states.change(Part.POSTGRES, PartState.STOPPED);
            }
        }
    }

    private void release() throws IOException, InterruptedException {
        if (watchdog != null) {
            watchdog.close();
        }
        if (lock != null) {
            Leftovers.clean(layout);
            StackFile.delete(layout);
            lock.release();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Sends SIGKILL to a part (not PostgreSQL) and returns when it is gone. */
    public void kill9(Part part) throws InterruptedException {
        processes.kill(part);
    }

    /** Starts a part again, stopping it first where it still runs, and returns when it is ready. */
    public void restart(Part part) throws StackException, InterruptedException, IOException {
        processes.restart(part, wired(), drainDeadline().plus(AFTER_DRAIN));
    }

    /** Stops PostgreSQL and starts it again on the same data; whoever is connected loses the connection. */
    public void restartPostgres() throws IOException, SQLException, StackException {
        synchronized (postgresLock) {
            stopPostgres();
            startPostgres();
        }
    }

    /** Looks at every process and tells the listener of those that died since. */
    public void checkAlive() {
        for (Part part : parts()) {
            boolean alive = part == Part.POSTGRES ? postgres != null && postgres.alive() : processes.alive(part);
            if (!alive && state(part) == PartState.UP && !processes.stopping()) {
                states.change(part, PartState.DOWN);
            }
        }
    }

    /** Where a part is. */
    public PartState state(Part part) {
        return states.of(part);
    }

    /** Pid of a part's process. */
    public long pid(Part part) throws IOException {
        return part == Part.POSTGRES && postgres != null ? postgres.pid() : processes.pid(part);
    }

    /** Address of a part; the edge's is the one for browsers. */
    public String url(Part part) {
        return "http://" + (part == Part.EDGE ? "localhost" : "127.0.0.1") + ":" + ports.of(part);
    }

    /** Host and port of a part, for people. */
    public String address(Part part) {
        return url(part).substring("http://".length());
    }

    /** Whether something has started that a stop would end. */
    public boolean isRunning() {
        return watchdog != null && !processes.stopping();
    }

    /** Address of the issuer, as it stands in tokens. */
    public String issuer() {
        return wired().issuer();
    }

    /** A bearer token of that person. */
    public String token(String user) throws IOException, InterruptedException {
        return new IssuerClient(http, issuer()).token(user);
    }

    /** A bearer token with another lifetime, for tests of its end. */
    public String token(String user, Duration lifetime) throws IOException, InterruptedException {
        return new IssuerClient(http, issuer()).token(user, lifetime);
    }

    /** A bearer token of a service, for tests that speak as one. */
    public String serviceToken(Part service) throws IOException, InterruptedException {
        String secret = new Secrets(layout.secrets()).clients().getOrDefault(service, "");
        return new IssuerClient(http, issuer()).serviceToken(service.title(), secret);
    }

    /** Bearer token of the demo agents, for tests that look at them. */
    public String agentToken() throws IOException {
        return new Secrets(layout.secrets()).agentToken();
    }

    /** The log of a part. */
    public Path log(Part part) {
        return layout.log(part);
    }

    private StackFile stackFile() {
        var urls = new EnumMap<Part, String>(Part.class);
        parts().forEach(part -> urls.put(part, url(part)));
        return new StackFile(ProcessHandle.current().pid(), issuer(), urls);
    }

    private Wiring wired() {
        if (wiring == null) {
            throw new IllegalStateException("the stack has not been started");
        }
        return wiring;
    }
}
