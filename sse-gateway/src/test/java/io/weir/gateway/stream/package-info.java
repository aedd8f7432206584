@NullMarked
package io.weir.gateway.stream;

import org.jspecify.annotations.NullMarked;
