/**
 * Readers that the edge has sent to this gateway: what they may ask, how they are shown it, and from which pages they may
 * come. Entry point: {@link io.weir.gateway.handoff.Handoff}.
 */
@NullMarked
package io.weir.gateway.handoff;

import org.jspecify.annotations.NullMarked;
