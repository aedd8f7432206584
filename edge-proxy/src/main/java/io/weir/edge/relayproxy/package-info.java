/** The relay's public paths, passed through. Entry point: {@link io.weir.edge.relayproxy.RelayProxy}. */
@NullMarked
package io.weir.edge.relayproxy;

import org.jspecify.annotations.NullMarked;
