package io.weir.streams.sim;

/** One process of the simulated stack: it can be paused, and killed and started again. */
class Node {
    final String name;
    int incarnation;
    boolean up = true;
    long pausedUntil;

    Node(String name) {
        this.name = name;
    }

    /** Killed: everything in memory is gone. */
    void crashed() {}

    /** Started again. */
    void started() {}

    @Override
    public String toString() {
        return "%s#%03d".formatted(name, incarnation);
    }
}
