/** The append protocol between gateway and relay. Entry point: {@link io.weir.streams.append.AppendFrame}. */
@NullMarked
package io.weir.streams.append;

import org.jspecify.annotations.NullMarked;
