/** Agent machines: who they are, whether they are well, and which one serves a session. Entry point: {@link io.weir.gateway.machines.Fleet}. */
@NullMarked
package io.weir.gateway.machines;

import org.jspecify.annotations.NullMarked;
