package io.weir.gateway.machines;

/** Where a stream may go. */
public sealed interface Choice {
    /**
     * Ask this one.
     *
     * @param machine the machine
     * @param moved the conversation has its history on another machine
     */
    record Use(Machine machine, boolean moved) implements Choice {}

    /** No machine of the fleet is healthy and untried. */
    record None() implements Choice {}

    /** The conversation's history is on a machine that cannot be used, and the agent cannot go on without it. */
    record Bound() implements Choice {}
}
