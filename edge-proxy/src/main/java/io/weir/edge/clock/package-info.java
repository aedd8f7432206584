/** Time, injected. Entry point: the bean that {@link io.weir.edge.clock.Clocks} produces. */
@NullMarked
package io.weir.edge.clock;

import org.jspecify.annotations.NullMarked;
