/**
 * Many relays as one: logs shared through Redis, live delivery between nodes, leases and interest. Entry point:
 * {@link io.weir.relay.nodes.Nodes}.
 */
@NullMarked
package io.weir.relay.nodes;

import org.jspecify.annotations.NullMarked;
