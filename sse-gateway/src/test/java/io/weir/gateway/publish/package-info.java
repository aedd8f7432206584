@NullMarked
package io.weir.gateway.publish;

import org.jspecify.annotations.NullMarked;
