/** What more streams at the same traffic cost. Entry point: {@link io.weir.bench.growth.Growth}. */
@NullMarked
package io.weir.bench.growth;

import org.jspecify.annotations.NullMarked;
