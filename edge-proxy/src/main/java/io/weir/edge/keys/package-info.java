/** Verifies API keys at metering and remembers the answers for a short while. Entry point: {@link io.weir.edge.keys.KeyVerifier}. */
@NullMarked
package io.weir.edge.keys;

import org.jspecify.annotations.NullMarked;
