@NullMarked
package io.weir.gateway.counting;

import org.jspecify.annotations.NullMarked;
