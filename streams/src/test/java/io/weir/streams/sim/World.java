package io.weir.streams.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Clock, network and faults of one simulated run. One millisecond is the smallest step; the seed decides everything. */
final class World {
    private static final long NANOS = 1_000_000;
    private static final long MOST_EVENTS = 200_000;
    private static final int DEATHS_PER_MILLE = 100;

    private record Event(long at, long order, Node node, int incarnation, Runnable action)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    final SplittableRandom random;
    final List<String> violations = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Set<String> cuts = new HashSet<>();
    private final Node god = new Node("world");
    private final long nanoBase;
    private final Network network;
    private long now;
    private long order;
    private long executed;
    private boolean stopped;
    private StringBuilder trace = new StringBuilder();
    private final boolean tracing;

    /**
     * How bad the network is.
     *
     * @param dropPerMille messages lost
     * @param duplicatePerMille messages delivered twice
     * @param slowPerMille messages delayed by up to {@code slowMillis}, and so reordered
     * @param crashPerMillion chance that a node dies after a step
     * @param faultsEnd from here on all of these are zero
     */
    record Network(
            int dropPerMille,
            int duplicatePerMille,
            int slowPerMille,
            int slowMillis,
            int crashPerMillion,
            long faultsEnd) {}

    World(SplittableRandom random, Network network, boolean tracing) {
        this.random = random;
        this.network = network;
        this.tracing = tracing;
        // A monotonic clock may start anywhere and may overflow.
        this.nanoBase = random.nextBoolean() ? -5 * NANOS : Long.MAX_VALUE - 30_000 * NANOS;
    }

    long now() {
        return now;
    }

    long nanos() {
        return nanoBase + now * NANOS;
    }

    long executed() {
        return executed;
    }

    int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    boolean chance(int perMille) {
        return perMille > 0 && random.nextInt(1000) < perMille;
    }

    void violation(String text) {
        violations.add(text);
        trace(() -> "VIOLATION " + text);
    }

    void trace(Supplier<String> line) {
        if (tracing) {
            trace.append(now).append(' ').append(line.get()).append('\n');
        }
    }

    String takeTrace() {
        String taken = trace.toString();
        trace = new StringBuilder();
        return taken;
    }

    // ---- time ----

    /** Runs {@code action} on this life of {@code node}, unless it dies before. */
    void after(long millis, Node node, Runnable action) {
        events.add(new Event(now + millis, order++, node, node.incarnation, action));
    }

    /** Runs {@code action} whatever happens to any node. */
    void fate(long millis, Runnable action) {
        after(millis, god, action);
    }

    void stop() {
        stopped = true;
    }

    void run(long until) {
        while (!stopped) {
            Event event = events.poll();
            if (event == null || event.at > until) {
                return;
            }
            now = Math.max(now, event.at);
            Node node = event.node;
            if (!node.up || node.incarnation != event.incarnation) {
                continue;
            }
            if (node.pausedUntil > now) {
                events.add(new Event(node.pausedUntil, event.order, node, event.incarnation, event.action));
                continue;
            }
            if (++executed > MOST_EVENTS) {
                violation("an endless conversation");
                return;
            }
            event.action.run();
            if (node != god) {
                mayCrash(node);
            }
        }
    }

    // ---- faults ----

    void crash(Node node, long downMillis) {
        if (node.up) {
            trace(() -> "crash " + node + " for " + downMillis);
            node.up = false;
            node.incarnation++;
            node.crashed();
            fate(downMillis, () -> {
                node.up = true;
                node.pausedUntil = 0;
                trace(() -> "start " + node);
                node.started();
            });
        }
    }

    void pause(Node node, long millis) {
        trace(() -> "pause " + node + " for " + millis);
        node.pausedUntil = Math.max(node.pausedUntil, now + millis);
    }

    void cut(Node a, Node b, long millis) {
        trace(() -> "cut " + a.name + "-" + b.name + " for " + millis);
        cuts.add(pair(a, b));
        fate(millis, () -> cuts.remove(pair(a, b)));
    }

    boolean isCut(Node a, Node b) {
        return !cuts.isEmpty() && cuts.contains(pair(a, b));
    }

    private static String pair(Node a, Node b) {
        return a.name.compareTo(b.name) < 0 ? a.name + "|" + b.name : b.name + "|" + a.name;
    }

    /** Any step may be a node's last. True if it was. */
    private boolean mayCrash(Node node) {
        if (!faulty() || network.crashPerMillion == 0 || random.nextInt(1_000_000) >= network.crashPerMillion) {
            return false;
        }
        crash(node, between(1, 1 << between(4, 13)));
        return true;
    }

    /** A moment that matters is coming: now and then the node dies in it, and is soon back. */
    void mayDieWithin(long millis, Node node) {
        mayDieBetween(0, millis, DEATHS_PER_MILLE, node);
    }

    /** A moment that matters is coming, and is rare: the node dies in it as often as {@code perMille} says. */
    void mayDieBetween(long firstMillis, long lastMillis, int perMille, Node node) {
        if (faulty() && network.crashPerMillion > 0 && chance(perMille)) {
            after(between((int) firstMillis, (int) lastMillis), node, () -> crash(node, between(1, 2000)));
        }
    }

    private boolean faulty() {
        return now < network.faultsEnd;
    }

    // ---- network ----

    /** One message; lost, doubled, delayed and overtaken as the network likes. Delivered to whatever life is up then. */
    void send(Node from, Node to, Runnable delivery) {
        send(from, to, -1, delivery);
    }

    private void send(Node from, Node to, int incarnation, Runnable delivery) {
        if (isCut(from, to) || (faulty() && chance(network.dropPerMille))) {
            return;
        }
        deliver(from, to, incarnation, delivery);
        if (faulty() && chance(network.duplicatePerMille)) {
            deliver(from, to, incarnation, delivery);
        }
    }

    /** What a process sent may arrive after it has died, and after its successor was heard. */
    private void deliver(Node from, Node to, int incarnation, Runnable delivery) {
        int delay = between(1, 4);
        if (faulty() && chance(network.slowPerMille)) {
            delay = between(1, network.slowMillis);
        }
        events.add(new Event(now + delay, order++, god, 0, () -> {
            if (to.up && !isCut(from, to) && (incarnation < 0 || incarnation == to.incarnation)) {
                events.add(new Event(now, order++, to, to.incarnation, delivery));
            }
        }));
    }

    /** A question and its answer; either may be lost, and the one asked may die between acting and answering. */
    <R> void call(Node from, Node to, Supplier<R> action, Consumer<R> answer) {
        int asking = from.incarnation;
        send(from, to, () -> {
            R result = action.get();
            if (!mayCrash(to)) {
                send(to, from, asking, () -> answer.accept(result));
            }
        });
    }
}
