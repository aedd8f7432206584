/**
 * Camera frames, of which only the newest counts: published and viewed over WebSockets of their own, and told on topics.
 * Entry point: {@link io.weir.relay.cameras.Cameras}.
 */
@NullMarked
package io.weir.relay.cameras;

import org.jspecify.annotations.NullMarked;
