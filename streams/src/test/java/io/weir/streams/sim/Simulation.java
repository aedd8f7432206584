package io.weir.streams.sim;

/** Runs seeds. The same seed and variant give the same run, step by step. */
final class Simulation {
    private Simulation() {}

    static Verdict run(long seed, Variant variant) {
        return new Stack(seed, variant, false).run();
    }

    /** The same run again, with every step written down. */
    static String trace(long seed, Variant variant) {
        Stack stack = new Stack(seed, variant, true);
        Verdict verdict = stack.run();
        return stack.world.takeTrace() + verdict;
    }
}
