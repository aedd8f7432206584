package io.weir.local.stack;

/**
 * Where a part of the stack is.
 *
 * <pre>
 * WAITING ──► STARTING ──► UP ──► STOPPING ──► STOPPED
 *                │          │
 *                └────► DOWN ◄┘   (died, or was killed by a test)
 * </pre>
 */
public enum PartState {
    /** Not started yet. */
    WAITING("waits"),
    /** Started, not ready. */
    STARTING("starts"),
    /** Ready. */
    UP("up"),
    /** Asked to end. */
    STOPPING("stops"),
    /** Ended as asked. */
    STOPPED("stopped"),
    /** Ended without being asked. */
    DOWN("down");

    private final String word;

    PartState(String word) {
        this.word = word;
    }

    /** One word for a status line. */
    public String word() {
        return word;
    }
}
