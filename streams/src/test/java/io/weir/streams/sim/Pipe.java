package io.weir.streams.sim;

/** A connection: in order, nothing lost, until it breaks; then both ends learn of it, the far one a little later. */
final class Pipe {
    private final World world;
    private final Node from;
    private final Node to;
    private final int fromLife;
    private final int toLife;
    private final Runnable onBroken;
    private long lastArrival;
    private boolean broken;

    /**
     * An open connection.
     *
     * @param onBroken run when the reader behind {@code to} notices the break
     */
    Pipe(World world, Node from, Node to, Runnable onBroken) {
        this.world = world;
        this.from = from;
        this.to = to;
        this.fromLife = from.incarnation;
        this.toLife = to.incarnation;
        this.onBroken = onBroken;
        watch();
    }

    void send(Runnable delivery) {
        if (check()) {
            lastArrival = Math.max(lastArrival, world.now() + world.between(1, 3));
            world.after(lastArrival - world.now(), to, () -> {
                if (!broken) {
                    delivery.run();
                }
            });
        }
    }

    /** Closed by {@code from}: everything sent still arrives, then the far end notices. */
    void close() {
        if (!broken) {
            lastArrival = Math.max(lastArrival, world.now() + 1);
            world.after(lastArrival - world.now(), to, this::breaks);
        }
    }

    boolean open() {
        return !broken;
    }

    private void watch() {
        world.fate(world.between(200, 2000), () -> {
            if (check()) {
                watch();
            }
        });
    }

    private boolean check() {
        boolean sameLives = from.up && to.up && from.incarnation == fromLife && to.incarnation == toLife;
        if (!broken && (!sameLives || world.isCut(from, to))) {
            breaks();
        }
        return !broken;
    }

    private void breaks() {
        if (!broken) {
            broken = true;
            world.fate(world.between(1, 500), onBroken);
        }
    }
}
