@NullMarked
package io.weir.bench.peer;

import org.jspecify.annotations.NullMarked;
