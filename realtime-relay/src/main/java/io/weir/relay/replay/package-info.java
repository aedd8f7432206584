/**
 * Broadcasts that their senders asked to keep, for those who join later. Entry point: {@link io.weir.relay.replay.Replays}.
 */
@NullMarked
package io.weir.relay.replay;

import org.jspecify.annotations.NullMarked;
