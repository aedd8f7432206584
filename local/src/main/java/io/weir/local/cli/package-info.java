/** The commands of {@code ./weir}. Entry point: {@link io.weir.local.cli.WeirCommand}. */
@NullMarked
package io.weir.local.cli;

import org.jspecify.annotations.NullMarked;
