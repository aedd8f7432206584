/** API keys, as edge, gateway and metering speak of them. Entry point: {@link io.weir.contracts.keys.KeyIdentity}. */
@NullMarked
package io.weir.contracts.keys;

import org.jspecify.annotations.NullMarked;
