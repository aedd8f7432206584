/** Tests of the kept broadcasts. */
@NullMarked
package io.weir.relay.replay;

import org.jspecify.annotations.NullMarked;
