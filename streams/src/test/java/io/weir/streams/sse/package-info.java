@NullMarked
package io.weir.streams.sse;

import org.jspecify.annotations.NullMarked;
