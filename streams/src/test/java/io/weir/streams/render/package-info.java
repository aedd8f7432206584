@NullMarked
package io.weir.streams.render;

import org.jspecify.annotations.NullMarked;
