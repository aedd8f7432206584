package io.weir.metering.answer;

import io.weir.contracts.problem.ProblemType;

/** What became of a use case. A refusal is expected and no exception, until it leaves through REST. */
public sealed interface Outcome<T> {
    /**
     * It was done, or had been done before.
     *
     * @param value the answer
     * @param created true if this call did it
     */
    record Done<T>(T value, boolean created) implements Outcome<T> {}

    /**
     * It was refused, and nothing was changed.
     *
     * @param type the problem
     * @param detail what to do; safe to show to the caller
     */
    record Refused<T>(ProblemType type, String detail) implements Outcome<T> {}

    /** Done, without a difference between the first and a repeated call. */
    static <T> Outcome<T> done(T value) {
        return new Done<>(value, false);
    }

    /** Refused as unknown. */
    static <T> Outcome<T> unknownStream() {
        return new Refused<>(ProblemType.NOT_FOUND, "No such stream.");
    }

    /** Refused because of the state that the hold is in. */
    static <T> Outcome<T> conflict(String detail) {
        return new Refused<>(ProblemType.CONFLICT, detail);
    }

    /**
     * The value.
     *
     * @throws ProblemException if it was refused
     */
    default T orProblem() {
        return switch (this) {
            case Done<T> done -> done.value();
            case Refused<T> refused -> throw new ProblemException(refused.type(), refused.detail());
        };
    }
}
