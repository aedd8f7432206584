@NullMarked
package io.weir.streams.run;

import org.jspecify.annotations.NullMarked;
