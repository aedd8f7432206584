/** The load generator, a process of its own. Entry point: {@link io.weir.bench.load.LoadMain}. */
@NullMarked
package io.weir.bench.load;

import org.jspecify.annotations.NullMarked;
