package io.weir.local.stack;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes of a stack, PostgreSQL's apart: starts them, waits for them, ends them. Thread-safe; once it has been told
 * to stop, it starts nothing any more.
 */
final class PartProcesses {
    private static final Duration READY = Duration.ofMinutes(5);

    private final Layout layout;
    private final PartStates states;
    private final Map<Part, Map<String, String>> overrides;
    private final HttpClient http;
    private final Map<Part, ManagedProcess> processes = new EnumMap<>(Part.class);
    private volatile boolean stopping;

    PartProcesses(Layout layout, PartStates states, Map<Part, Map<String, String>> overrides, HttpClient http) {
        this.layout = layout;
        this.states = states;
        this.overrides = new EnumMap<>(overrides);
        this.http = http;
    }

    /** Starts a part and returns at once. */
    void spawn(Part part, Wiring wiring) throws IOException, StackException {
        var environment = new HashMap<String, String>();
        wiring.defaults(part).forEach((name, value) -> environment.put(name, environmentOr(name, value)));
        environment.putAll(wiring.environment(part));
        environment.putAll(overrides.getOrDefault(part, Map.of()));
        synchronized (processes) {
            checkNotStopping();
            processes.put(part, ManagedProcess.start(part, wiring.command(part), environment, layout));
        }
        states.change(part, PartState.STARTING);
    }

    private static String environmentOr(String name, String value) {
        String given = System.getenv(name);
        return given == null ? value : given;
    }

    /** A variable of a part, as its process has it. */
    String variable(Part part, String name, String usual) {
        return overrides.getOrDefault(part, Map.of()).getOrDefault(name, environmentOr(name, usual));
    }

    /** Returns when a part's health check passes. */
    void awaitReady(Part part, Wiring wiring) throws StackException, InterruptedException {
        ManagedProcess process = of(part).orElseThrow();
        var probe = new HealthProbe(http, wiring.health(part));
        long deadline = System.nanoTime() + READY.toNanos();
        while (!probe.isUp()) {
            checkNotStopping();
            if (!process.alive()) {
                states.change(part, PartState.DOWN);
                throw failed(part, "ended with exit code " + process.exitCode() + " while it started");
            }
            if (System.nanoTime() > deadline) {
                throw failed(
                        part, "was not ready within " + READY.toMinutes() + " minutes (" + probe.lastAnswer() + ")");
            }
            Thread.sleep(100);
        }
        states.change(part, PartState.UP);
    }

    private StackException failed(Part part, String how) {
        return new StackException("%s %s. The last lines of %s:%n%s"
                .formatted(
                        part.title(),
                        how,
                        layout.log(part),
                        ManagedProcess.lastLines(layout.log(part), 20).indent(2)));
    }

    /** From now on nothing starts. False if that was so before. */
    boolean beginToStop() {
        synchronized (processes) {
            boolean first = !stopping;
            stopping = true;
            return first;
        }
    }

    boolean stopping() {
        return stopping;
    }

    void checkNotStopping() throws StackException {
        if (stopping) {
            throw new StackException("Stopped while starting.");
        }
    }

    /** Ends parts side by side; one that is not gone by then is killed. */
    void stop(List<Part> together, Duration longest) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (Part part : together) {
            of(part).ifPresent(process -> threads.add(Thread.ofVirtual().start(() -> end(part, process, longest))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void end(Part part, ManagedProcess process, Duration longest) {
        states.change(part, PartState.STOPPING);
        try {
            process.stop(longest);
            states.change(part, PartState.STOPPED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends SIGKILL to a part and returns when it is gone. */
    void kill(Part part) throws InterruptedException {
        of(part).orElseThrow().kill();
        states.change(part, PartState.DOWN);
    }

    /** Starts a part again, stopping it first where it still runs, and returns when it is ready. */
    void restart(Part part, Wiring wiring, Duration longest) throws StackException, InterruptedException, IOException {
        ManagedProcess old = of(part).orElseThrow();
        if (old.alive()) {
            end(part, old, longest);
        }
        spawn(part, wiring);
        awaitReady(part, wiring);
    }

    boolean alive(Part part) {
        return of(part).map(ManagedProcess::alive).orElse(false);
    }

    long pid(Part part) {
        return of(part).orElseThrow().pid();
    }

    private Optional<ManagedProcess> of(Part part) {
        synchronized (processes) {
            return Optional.ofNullable(processes.get(part));
        }
    }
}
