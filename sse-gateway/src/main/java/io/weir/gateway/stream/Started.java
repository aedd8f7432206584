package io.weir.gateway.stream;

import io.weir.contracts.problem.ProblemType;

/** What became of the start of a reserved stream. */
public sealed interface Started {
    /** The stream is this process' own from now on; its {@link Source} hears when it may begin, or that it has ended already. */
    record Claimed() implements Started {}

    /**
     * It is not ours, and nothing was begun.
     *
     * @param type what the caller is told
     * @param detail text for the caller
     */
    record Refused(ProblemType type, String detail) implements Started {}
}
