package io.weir.gateway.config;

/** Which of several equally fit machines gets a stream. Configured by its lower-case name. */
public enum ChoiceRule {
    /** The one with the fewest open streams. */
    LEAST_STREAMS,
    /** Each in turn. */
    ROUND_ROBIN
}
