/** The edge's conversation with metering. Entry point: {@link io.weir.edge.holds.Holds}. */
@NullMarked
package io.weir.edge.holds;

import org.jspecify.annotations.NullMarked;
