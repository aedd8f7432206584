@NullMarked
package io.weir.bench.guard;

import org.jspecify.annotations.NullMarked;
