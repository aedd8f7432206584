/**
 * The seeded simulation of a stream's life: the real state machines of gateway, relay, metering and readers over a
 * simulated clock and network, in one thread. Entry point: {@link io.weir.streams.sim.Simulation}.
 */
@NullMarked
package io.weir.streams.sim;

import org.jspecify.annotations.NullMarked;
