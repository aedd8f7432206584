/** Agent machines for operators, passed through to the gateway. Entry point: {@link io.weir.edge.machines.MachinesResource}. */
@NullMarked
package io.weir.edge.machines;

import org.jspecify.annotations.NullMarked;
