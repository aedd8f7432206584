/** What one reader's connection is fed by. Entry point: {@link io.weir.streams.outlet.Outlet}. */
@NullMarked
package io.weir.streams.outlet;

import org.jspecify.annotations.NullMarked;
