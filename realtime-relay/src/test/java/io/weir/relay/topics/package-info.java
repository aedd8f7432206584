@NullMarked
package io.weir.relay.topics;

import org.jspecify.annotations.NullMarked;
