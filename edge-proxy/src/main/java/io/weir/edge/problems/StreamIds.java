package io.weir.edge.problems;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** Stream ids in paths. */
public final class StreamIds {
    private StreamIds() {}

    /**
     * The id. What is no id names no stream.
     *
     * @throws ProblemException 404
     */
    public static StreamId parse(@Nullable String text) {
        try {
            if (text != null) {
                return StreamId.parse(text);
            }
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
        throw unknown();
    }

    private static ProblemException unknown() {
        return new ProblemException(ProblemType.NOT_FOUND, "There is no such stream.");
    }
}
