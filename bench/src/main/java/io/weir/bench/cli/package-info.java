/** The command {@code ./weir bench}. Entry point: {@link io.weir.bench.cli.BenchCommand}. */
@NullMarked
package io.weir.bench.cli;

import org.jspecify.annotations.NullMarked;
