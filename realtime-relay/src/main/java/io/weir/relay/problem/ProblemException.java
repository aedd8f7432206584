package io.weir.relay.problem;

import io.weir.contracts.problem.ProblemType;

/** A request that ends in a problem. Its detail is safe for the caller. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemType type;

    /** A problem. */
    public ProblemException(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
    }

    /** Its type. */
    public ProblemType type() {
        return type;
    }

    /** What happened this time. */
    public String detail() {
        String detail = getMessage();
        return detail == null ? type.title() : detail;
    }
}
