/** Streams that Fly's proxy brings to their machines past this gateway. Entry point: {@link io.weir.gateway.route.Replays}. */
@NullMarked
package io.weir.gateway.route;

import org.jspecify.annotations.NullMarked;
