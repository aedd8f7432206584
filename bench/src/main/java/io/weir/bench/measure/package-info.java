/** What a process and this machine cost and have, from /proc. Entry point: {@link io.weir.bench.measure.ProcessMeter}. */
@NullMarked
package io.weir.bench.measure;

import org.jspecify.annotations.NullMarked;
