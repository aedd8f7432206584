package io.weir.relay.admission;

/** What comes of a handshake. */
sealed interface Admission {
    /** Come in. */
    record Admitted() implements Admission {}

    /**
     * Too many at once.
     *
     * @param retryAfterSeconds when to come again
     */
    record TooFast(int retryAfterSeconds) implements Admission {}

    /**
     * No room, or this process is leaving.
     *
     * @param retryAfterSeconds when to come again, by then perhaps to another process
     */
    record Closed(int retryAfterSeconds) implements Admission {}
}
