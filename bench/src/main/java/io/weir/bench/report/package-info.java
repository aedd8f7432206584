/** Tables, charts and the page they go to. Entry point: {@link io.weir.bench.report.Page}. */
@NullMarked
package io.weir.bench.report;

import org.jspecify.annotations.NullMarked;
