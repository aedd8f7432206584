/** Hand-written stand-ins for the processes around a gateway. Entry point: {@link io.weir.gateway.fakes.Surroundings}. */
@NullMarked
package io.weir.gateway.fakes;

import org.jspecify.annotations.NullMarked;
