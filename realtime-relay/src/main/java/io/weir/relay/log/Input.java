package io.weir.relay.log;

/**
 * Something said to the agent of a running stream.
 *
 * @param by the account that says it
 * @param event {@code steer}, {@code approve} or {@code answer}
 * @param payload JSON object
 */
public record Input(String by, String event, String payload) {}
