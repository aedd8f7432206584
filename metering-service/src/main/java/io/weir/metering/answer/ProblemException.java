package io.weir.metering.answer;

import io.weir.contracts.problem.ProblemType;

/** Leaves a resource as {@code application/problem+json}. Carries no stack trace: it is an answer, not a fault. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ProblemType type;

    /** A problem with a detail that is safe to show. */
    public ProblemException(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
    }

    /** A malformed request. */
    public static ProblemException malformed(String detail) {
        return new ProblemException(ProblemType.MALFORMED, detail);
    }

    /** Which problem. */
    public ProblemType type() {
        return type;
    }

    /** What happened this time. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
