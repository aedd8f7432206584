/** Health and drain. Nothing here is called by the rest. */
@NullMarked
package io.weir.relay.operations;

import org.jspecify.annotations.NullMarked;
