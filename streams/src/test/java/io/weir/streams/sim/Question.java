package io.weir.streams.sim;

import io.weir.streams.life.ProducerBounds;

/**
 * A question, and what will become of it.
 *
 * @param script what the agent says
 * @param bounds the gateway's bounds for it
 * @param tokensPerSecond the agent's configured rate
 */
record Question(Script script, ProducerBounds bounds, int tokensPerSecond) {}
