package io.weir.local.stack;

/** The stack cannot start; the message says why and what to do, ready to print. */
public final class StackException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a message for the person at the terminal. */
    public StackException(String message) {
        super(message);
    }

    /** With a message for the person at the terminal, and what led to it. */
    public StackException(String message, Throwable cause) {
        super(message, cause);
    }
}
