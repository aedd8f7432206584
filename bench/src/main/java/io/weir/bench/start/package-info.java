/** How long the services take to their first answer, and what they then hold. Entry point: {@link io.weir.bench.start.Start}. */
@NullMarked
package io.weir.bench.start;

import org.jspecify.annotations.NullMarked;
