@NullMarked
package io.weir.streams.append;

import org.jspecify.annotations.NullMarked;
