/** Tests of the state machines, each on its own. */
@NullMarked
package io.weir.streams.life;

import org.jspecify.annotations.NullMarked;
