/** Sends callers to a gateway instead of passing its answer on. Entry point: {@link io.weir.edge.handoff.Handoff}. */
@NullMarked
package io.weir.edge.handoff;

import org.jspecify.annotations.NullMarked;
