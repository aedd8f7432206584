/** Who is present on topics. Entry point: {@link io.weir.relay.presence.Presences}, which makes a room for each topic. */
@NullMarked
package io.weir.relay.presence;

import org.jspecify.annotations.NullMarked;
