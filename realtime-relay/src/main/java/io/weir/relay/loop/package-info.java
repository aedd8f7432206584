/** Single-threaded places of execution. Entry point: {@link io.weir.relay.loop.Loops}. */
@NullMarked
package io.weir.relay.loop;

import org.jspecify.annotations.NullMarked;
