/** HTTP clients and service tokens. Entry points: {@link io.weir.gateway.net.Loops} and {@link io.weir.gateway.net.ServiceClient}. */
@NullMarked
package io.weir.gateway.net;

import org.jspecify.annotations.NullMarked;
