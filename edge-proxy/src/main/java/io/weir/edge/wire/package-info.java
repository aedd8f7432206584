/** Outgoing HTTP: bounded clients, one per event loop, and calls to the other services. Entry point: {@link io.weir.edge.wire.ServiceCalls}. */
@NullMarked
package io.weir.edge.wire;

import org.jspecify.annotations.NullMarked;
