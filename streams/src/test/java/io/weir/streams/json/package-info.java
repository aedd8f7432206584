@NullMarked
package io.weir.streams.json;

import org.jspecify.annotations.NullMarked;
