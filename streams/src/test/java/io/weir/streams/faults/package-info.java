/** Faults for the tests of the services. Entry point: {@link io.weir.streams.faults.Wire}. */
@NullMarked
package io.weir.streams.faults;

import org.jspecify.annotations.NullMarked;
