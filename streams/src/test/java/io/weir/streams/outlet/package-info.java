@NullMarked
package io.weir.streams.outlet;

import org.jspecify.annotations.NullMarked;
