@NullMarked
package io.weir.relay.redis;

import org.jspecify.annotations.NullMarked;
