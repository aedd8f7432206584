package io.weir.contracts.stream;

/** The three ways in which the canonical event sequence ends; exactly one per stream. */
public enum Terminal {
    COMPLETED("response.completed", "completed"),
    INCOMPLETE("response.incomplete", "incomplete"),
    FAILED("response.failed", "failed");

    private final String eventType;
    private final String status;

    Terminal(String eventType, String status) {
        this.eventType = eventType;
        this.status = status;
    }

    /** The event's {@code type}. */
    public String eventType() {
        return eventType;
    }

    /** {@code response.status} inside the event. */
    public String status() {
        return status;
    }
}
