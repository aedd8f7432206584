package io.weir.gateway.posted;

import io.weir.contracts.problem.ProblemType;

/** A request that is refused. Fails a future on the way of one request and never leaves this package. */
final class PostingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemType type;

    /**
     * A refusal.
     *
     * @param detail text for the caller
     */
    PostingException(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
    }

    ProblemType type() {
        return type;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
