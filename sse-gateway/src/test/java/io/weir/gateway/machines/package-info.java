@NullMarked
package io.weir.gateway.machines;

import org.jspecify.annotations.NullMarked;
