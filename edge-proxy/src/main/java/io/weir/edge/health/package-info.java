/** Health of this service and of the stack behind it. Entry point: {@link io.weir.edge.health.StackProbe}. */
@NullMarked
package io.weir.edge.health;

import org.jspecify.annotations.NullMarked;
