package io.weir.relay.redis;

/** A server that must not keep our logs, with what to change about it. */
public final class UnfitServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitServerException(String message) {
        super(message);
    }
}
