/** What a subscriber of topics has still to be sent, whatever its connection speaks. Entry point: {@link io.weir.relay.delivery.Outbound}. */
@NullMarked
package io.weir.relay.delivery;

import org.jspecify.annotations.NullMarked;
