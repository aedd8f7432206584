package io.weir.gateway.posted;

/** An event came whose predecessors are missing. Never leaves {@link PostedStream}. */
final class GapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient long number;

    GapException(long number) {
        super("gap before " + number, null, false, false);
        this.number = number;
    }

    long number() {
        return number;
    }
}
