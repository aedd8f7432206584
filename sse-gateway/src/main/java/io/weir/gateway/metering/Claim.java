package io.weir.gateway.metering;

/** What became of a claim. */
public sealed interface Claim {
    /**
     * The stream is ours.
     *
     * @param epoch carried by everything that we say of it from now on
     * @param cancelled it was stopped before it began: call no machine
     * @param sentNanos when the question left that was answered so; our lease runs from then
     */
    record Won(long epoch, boolean cancelled, long sentNanos) implements Claim {}

    /** Another gateway has it. */
    record Lost() implements Claim {}

    /** Metering knows no such hold. */
    record Unknown() implements Claim {}

    /** The hold has been released or settled. */
    record Over() implements Claim {}

    /** Metering cannot be asked. */
    record Unavailable() implements Claim {}
}
