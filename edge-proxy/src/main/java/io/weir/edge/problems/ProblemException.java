package io.weir.edge.problems;

import io.weir.contracts.problem.ProblemType;

/**
 * A request ends with this problem. Thrown, or the failure of a future, on the way of one request; only
 * {@link ProblemWriter} turns it into an answer.
 */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final int retryAfterSeconds;

    /**
     * A problem.
     *
     * @param type what kind
     * @param detail what happened and what to do; shown to the caller
     */
    public ProblemException(ProblemType type, String detail) {
        this(type, detail, 2);
    }

    /**
     * A problem that passes.
     *
     * @param type what kind
     * @param detail what happened and what to do; shown to the caller
     * @param retryAfterSeconds value of {@code Retry-After}, where the type is retryable
     */
    public ProblemException(ProblemType type, String detail, int retryAfterSeconds) {
        super(detail, null, false, false);
        this.type = type;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** What kind of problem. */
    public ProblemType type() {
        return type;
    }

    /** Text for the caller. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Seconds after which another try makes sense. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
