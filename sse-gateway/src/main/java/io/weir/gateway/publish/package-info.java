/** The append connection to the relay. Entry point: {@link io.weir.gateway.publish.RelayLink}. */
@NullMarked
package io.weir.gateway.publish;

import org.jspecify.annotations.NullMarked;
