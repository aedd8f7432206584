@NullMarked
package io.weir.relay.nodes;

import org.jspecify.annotations.NullMarked;
