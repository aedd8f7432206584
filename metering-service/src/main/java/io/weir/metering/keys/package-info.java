/** API keys: opened for an account, kept as hashes, verified for the edge. Entry point: {@link io.weir.metering.keys.KeysResource}. */
@NullMarked
package io.weir.metering.keys;

import org.jspecify.annotations.NullMarked;
