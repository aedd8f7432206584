@NullMarked
package io.weir.bench.measure;

import org.jspecify.annotations.NullMarked;
