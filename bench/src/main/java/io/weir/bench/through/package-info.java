/** The scenario through the hops: from an agent to who asked. Entry point: {@link io.weir.bench.through.Through}. */
@NullMarked
package io.weir.bench.through;

import org.jspecify.annotations.NullMarked;
